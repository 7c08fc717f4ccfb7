#!/usr/bin/env bash
# Same environment as the official image: its own setup class turns KAFKA_* into properties and formats the storage.
set -euo pipefail

export CLUSTER_ID="${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}"
libs='/opt/kafka/libs/*'
final=/opt/kafka/config

setup() {
  java -Xmx256m -XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile=/etc/kafka/docker/tools-log4j2.yaml \
    -cp "$libs" kafka.docker.KafkaDockerWrapper setup \
    --default-configs-dir /etc/kafka/docker \
    --mounted-configs-dir /mnt/shared/config \
    --final-configs-dir "$final"
}

# The properties are written before the storage is looked at, so a restart may go on.
if ! report=$(setup 2>&1) && [[ "$report" != *"already formatted"* ]]; then
  echo "$report" >&2
  echo "Kafka was not set up: correct the KAFKA_* settings named above, or give it a volume it may write" >&2
  exit 1
fi

read -ra options <<<"${KAFKA_HEAP_OPTS:--Xms512m -Xmx512m} ${KAFKA_JVM_PERFORMANCE_OPTS:--XX:+UseG1GC -XX:MaxGCPauseMillis=20} ${KAFKA_OPTS:-}"
exec java "${options[@]}" -Dlog4j2.configurationFile="$final/log4j2.yaml" -cp "$libs" kafka.Kafka "$final/server.properties"
