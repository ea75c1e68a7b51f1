interface Problem {
  code: string;
  status: number;
  title: string;
  meaning: string;
  remedy: string;
}

/** The page of an error code for a browser. Its texts are our own and hold nothing that HTML would read. */
export function problemPage({ code, status, title, meaning, remedy }: Problem): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title} – Roundsman</title><link rel="icon" href="data:,"></head>
<body>
<h1>${title}</h1>
<p><code>${code}</code>, HTTP status ${status}</p>
<p>${meaning}</p>
<p>${remedy}</p>
<p><a href="/docs">All operations</a></p>
</body>
</html>
`;
}
