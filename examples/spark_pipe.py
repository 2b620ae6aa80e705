#!/usr/bin/env python3
"""Factors of the numbers in text files, with Spark: spark-submit spark_pipe.py INPUT OUTPUT [FACTORS]

Every partition of INPUT (any path Spark knows) is piped through `factors`; OUTPUT/part-*: lines n:[...], in input order.
FACTORS: where the program is on every node; `factors` on their PATH otherwise.
"""
import shlex
import sys

from pyspark.sql import SparkSession


def main():
    if len(sys.argv) not in (3, 4):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    factors = sys.argv[3] if len(sys.argv) == 4 else "factors"
    spark = SparkSession.builder.appName("factors").getOrCreate()
    numbers = spark.sparkContext.textFile(sys.argv[1])
    numbers.pipe(shlex.quote(factors), checkCode=True).saveAsTextFile(sys.argv[2])
    spark.stop()


if __name__ == "__main__":
    main()
