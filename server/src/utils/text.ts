/** Whether a text can be stored and sent as it is: no U+0000 and no lone surrogates. */
export function isWellFormedText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
