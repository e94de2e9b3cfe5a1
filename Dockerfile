# syntax=docker/dockerfile:1
# The image of nats-account-server: Node.js and the program, no shell, no package manager, no root.
#
#   docker build -t nats-account-server .
#   docker run --read-only --user "$(id -u):$(id -g)" -p 9090:9090 -v DIR:/nsc nats-account-server --nsc /nsc
#
# DIR is an nsc operator directory; nsc makes it readable for its owner alone, hence --user.

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs ./scripts/build.mjs
COPY src ./src
RUN npm run build

FROM gcr.io/distroless/nodejs24-debian12:nonroot
LABEL org.opencontainers.image.title="nats-account-server" \
      org.opencontainers.image.description="Serves account JWTs to nats-servers and keeps them up to date" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY deploy/health.mjs ./health.mjs
COPY package.json LICENSE ./
# Inside a container localhost reaches nobody. A --listen flag overrides this.
ENV NODE_ENV=production \
    NATS_ACCOUNT_SERVER_LISTEN=0.0.0.0:9090
USER 65532:65532
EXPOSE 9090
# The address that nats-server asks when it starts: healthy means that it can.
HEALTHCHECK --interval=10s --timeout=4s --start-period=60s --start-interval=1s --retries=3 \
  CMD ["/nodejs/bin/node", "/app/health.mjs"]
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/main.js"]
CMD ["serve"]
