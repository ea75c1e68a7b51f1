# The server alone: built with the development tools, run without them, as a user without rights.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY server/package.json server/tsconfig.json server/
COPY scripts/build.mjs scripts/keep-compiled.mjs scripts/free-port.mjs scripts/
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY server/bin server/bin
COPY server/src server/src
RUN npm run build && npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production \
  HOST=0.0.0.0 \
  AUTH=required \
  DATABASE_URL=file:/data/roundsman.db
WORKDIR /app
RUN install -d -o node -g node -m 0700 /data && ln -s /app/server/bin/roundsman.js /usr/local/bin/roundsman
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/package.json package.json
COPY --from=build /app/server/package.json server/package.json
COPY --from=build /app/server/bin server/bin
COPY --from=build /app/server/dist server/dist
USER node
VOLUME /data
EXPOSE 7000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 7000}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server/dist/main.js"]
