# One image for the four services; the command picks one. BASE_IMAGE may be any Debian with Python 3.11 or newer.
ARG BASE_IMAGE=python:3.11-slim
FROM ${BASE_IMAGE}

RUN useradd --uid 10001 --home-dir /var/lib/priorauth --shell /usr/sbin/nologin priorauth \
    && install -d -o priorauth -g priorauth -m 700 /var/lib/priorauth \
        /keys /keys/intake /keys/criteria /keys/letters /keys/audit \
    && python3 -m venv /opt/priorauth

ENV PATH=/opt/priorauth/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    PYTHONUNBUFFERED=1 \
    PRIORAUTH_STATE=/var/lib/priorauth

WORKDIR /opt/priorauth

# Both secrets are optional: a machine behind its own certificates or with its own pip settings passes them.
# Without the embedded broker, which keeps nothing and knows no passwords.
COPY constraints-image.txt ./
RUN --mount=type=secret,id=ca_bundle --mount=type=secret,id=pip_config \
    if [ -s /run/secrets/ca_bundle ]; then export PIP_CERT=/run/secrets/ca_bundle; fi; \
    if [ -s /run/secrets/pip_config ]; then export PIP_CONFIG_FILE=/run/secrets/pip_config; fi; \
    pip install --no-cache-dir --disable-pip-version-check --require-hashes -r constraints-image.txt

RUN --mount=type=bind,target=/tmp/source \
    pip install --no-cache-dir --disable-pip-version-check --no-index --no-deps --no-build-isolation /tmp/source

USER priorauth
WORKDIR /var/lib/priorauth
VOLUME /var/lib/priorauth
EXPOSE 8080 8081 8082 8083
CMD ["python", "-m", "services.intake"]
