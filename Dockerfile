# Taskraft in two stages: the toolchain builds one binary, the final image holds little else.
FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libjemalloc-dev libmariadb-dev libsqlite3-dev pkg-config zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# The dependencies are a layer of their own: a changed source file does not fetch them again.
COPY Package.swift Package.resolved* ./
RUN swift package resolve
COPY Sources Sources
COPY Tests Tests
COPY Examples/replicated-register Examples/replicated-register
RUN swift build -c release --static-swift-stdlib --product taskraft \
    && install -D "$(swift build -c release --show-bin-path)/taskraft" /out/taskraft

FROM debian:bookworm-slim
# libmariadb3 brings the client's authentication plugins, caching_sha2_password among them.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libjemalloc2 libmariadb3 libsqlite3-0 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 taskraft \
    && useradd --uid 10001 --gid taskraft --no-create-home --home-dir /data --shell /usr/sbin/nologin taskraft \
    && install -d -m 0700 -o taskraft -g taskraft /data
COPY --from=build /out/taskraft /usr/local/bin/taskraft
USER taskraft
WORKDIR /data
# Not loopback: a node refuses to listen here until TASKRAFT_INSECURE=true says that the network is private.
ENV TASKRAFT_DATA_DIR=/data \
    TASKRAFT_LISTEN_HTTP=0.0.0.0:8080 \
    TASKRAFT_LISTEN_BEANSTALK=0.0.0.0:11300 \
    TASKRAFT_LISTEN_PEER=0.0.0.0:7400
VOLUME /data
EXPOSE 8080 11300 7400
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["taskraft", "status", "--ready", "--url", "http://127.0.0.1:8080"]
ENTRYPOINT ["taskraft"]
CMD ["serve"]
