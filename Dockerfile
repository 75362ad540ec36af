# Heddle in containers: one tree, three targets.
#
#   docker build --target control-plane -t heddle-control-plane .
#   docker build --target cell-agent    -t heddle-cell-agent .
#   docker build --target cli           -t heddle-cli .
#
# Every target takes its settings from the environment: docs/reference/configuration.md.

FROM node:20-bookworm-slim AS base
WORKDIR /heddle

FROM base AS build
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY tsconfig.json tsconfig.build.json nest-cli.json ./
COPY apps apps
COPY libs libs
RUN npm run build && rm -f dist/.tsbuildinfo

FROM base AS modules
COPY package.json package-lock.json .npmrc ./
# The images of Debian have glibc, so the database driver built for another C library is left out.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev && rm -rf node_modules/@libsql/linux-*-musl

FROM base AS runtime
ENV NODE_ENV=production
COPY --from=modules /heddle/node_modules node_modules
COPY --from=build /heddle/dist dist
COPY package.json LICENSE ./
COPY bin bin
RUN ln -s /heddle/bin/heddle /heddle/bin/heddle-cni /heddle/bin/heddle-garden-networker /usr/local/bin/

# The command line. `docker run --rm -e HEDDLE_URL -e HEDDLE_TOKEN heddle-cli policy list`
FROM runtime AS cli
USER node
ENTRYPOINT ["heddle"]

# The agent of one cell. The container is the cell: its network namespace holds the tunnel end, the rules and the host sides
# of the containers' links. It stays root, and wants NET_ADMIN, SYS_ADMIN and a /proc/sys/net it can write: deploy/README.md.
FROM runtime AS cell-agent
RUN apt-get update \
  && apt-get install -y --no-install-recommends curl iproute2 nftables \
  && rm -rf /var/lib/apt/lists/* \
  && mkdir -p /run/heddle /run/netns
COPY --chmod=755 deploy/cell-container.sh /usr/local/bin/cell-container
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["curl", "-fsS", "-o", "/dev/null", "--unix-socket", "/run/heddle/agent.sock", "http://agent/v1/status"]
# docs/adr/0037 and 0051.
ENV MALLOC_ARENA_MAX=1
CMD ["node", "--max-semi-space-size=1", "dist/apps/cell-agent/src/main.js"]

# The control plane. Its data directory holds the signing key, the admin token and, without DATABASE_URL, the read model.
FROM runtime AS control-plane
ENV HEDDLE_DATA_DIR=/var/lib/heddle HEDDLE_HTTP_HOST=0.0.0.0 HEDDLE_HTTP_PORT=4002
RUN install -d -o node -g node -m 700 /var/lib/heddle
VOLUME /var/lib/heddle
USER node
EXPOSE 4002
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEDDLE_HTTP_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/apps/control-plane/src/main.js"]
