# vulcan-ops for pipelines and workers: the single executable, and nothing else. Never built where this repository is made:
# there is no container runtime. docs/install.md says how to run it.
FROM node:24-bookworm-slim AS build
WORKDIR /source
COPY package.json package-lock.json ./
# The executable has no sandbox: the server that rehearsals need stays uninstalled.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run executable && mkdir -p /made/state && cp build/out/vulcan-ops-linux-$(node -p process.arch) /made/vulcan-ops

# What Node.js links to, and certificates; no shell, and a user without rights.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /made/vulcan-ops /usr/local/bin/vulcan-ops
COPY --from=build --chown=nonroot:nonroot /made/state /state
ENV XDG_STATE_HOME=/state
VOLUME /state
ENTRYPOINT ["/usr/local/bin/vulcan-ops"]
