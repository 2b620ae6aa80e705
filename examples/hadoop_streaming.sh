#!/usr/bin/env bash
# Factors of the numbers in text files, with Hadoop streaming: hadoop_streaming.sh INPUT OUTPUT
# OUTPUT/part-*: lines n:[...], ascending within each. Set FACTORS to the program `factors` if it is not on PATH, and
# HADOOP_STREAMING_JAR if it is not where Hadoop puts it. The nodes need FLINT, GMP and fmt as shared libraries.
set -euo pipefail
[ $# = 2 ] || { echo 'usage: hadoop_streaming.sh INPUT OUTPUT' >&2 && exit 2; }
factors=${FACTORS:-$(command -v factors || true)}
[ -n "$factors" ] || { echo 'hadoop_streaming.sh: no factors on PATH: set FACTORS' >&2 && exit 2; }
jar=${HADOOP_STREAMING_JAR:-$(compgen -G "${HADOOP_HOME:-/usr/lib/hadoop}/share/hadoop/tools/lib/hadoop-streaming-*.jar" || true)}
[ -n "$jar" ] || { echo 'hadoop_streaming.sh: no hadoop-streaming-*.jar below HADOOP_HOME: set HADOOP_STREAMING_JAR' >&2 && exit 2; }

# A task gets 100,000 lines. The key of a result is what stands before its colon, sorted as a number.
exec hadoop jar "$jar" \
    -D mapreduce.job.name=factors \
    -D mapreduce.input.lineinputformat.linespermap="${LINES_PER_TASK:-100000}" \
    -D stream.map.input.ignoreKey=true \
    -D stream.map.output.field.separator=: \
    -D stream.reduce.input.field.separator=: \
    -D stream.reduce.output.field.separator=: \
    -D mapreduce.output.textoutputformat.separator=: \
    -D mapreduce.job.output.key.comparator.class=org.apache.hadoop.mapreduce.lib.partition.KeyFieldBasedComparator \
    -D mapreduce.partition.keycomparator.options=-n \
    -files "$factors" \
    -inputformat org.apache.hadoop.mapred.lib.NLineInputFormat \
    -mapper "./$(basename "$factors") --hadoop-counters" \
    -reducer cat \
    -input "$1" \
    -output "$2"
