# Comptoir in one image. `comptoir run` (the default) holds everything, its own PostgreSQL included, in the volume /data;
# compose.yaml runs the same image as separate processes against a PostgreSQL of its own.
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements-s3.lock ./
RUN python -m venv /opt/comptoir \
    && /opt/comptoir/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-s3.lock
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY src ./src
RUN /opt/comptoir/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps . \
    && COMPTOIR_HOME=/tmp /opt/comptoir/bin/python -c "from comptoir.config import translations; translations.compile_all()"

FROM python:3.13-slim
# PostgreSQL refuses root, and nothing here needs it.
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin comptoir \
    && install -d -o comptoir -g comptoir -m 0700 /data
COPY --from=build /opt/comptoir /opt/comptoir
ENV PATH=/opt/comptoir/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    COMPTOIR_HOME=/data \
    COMPTOIR_HOST=0.0.0.0 \
    COMPTOIR_LOG=json
USER comptoir
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s CMD ["comptoir", "health"]
CMD ["comptoir", "run", "--no-demo"]
