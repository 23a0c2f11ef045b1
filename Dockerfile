# The scheduler's image: builds tenure from this tree, runs it as an ordinary user.
FROM debian:12-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
        gcc make libc6-dev pkg-config libpq-dev libcurl4-openssl-dev libyajl-dev libzstd-dev libssl-dev \
        libxxhash-dev libinih-dev zlib1g-dev npm ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY . /src
RUN make -C /src build/tenure

FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        libpq5 libcurl4 libyajl2 libzstd1 libssl3 libxxhash0 libinih1 zlib1g ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /var/lib/tenure tenure
COPY --from=build /src/build/tenure /usr/local/bin/tenure
USER tenure
ENV XDG_STATE_HOME=/var/lib/tenure/state
VOLUME /var/lib/tenure
ENTRYPOINT ["tenure"]
CMD ["schedule"]
