"""Stands in for pyspark, for what examples/spark_pipe.py asks of it and no more: `pipe` runs one process a partition, which
gets the partition's elements as lines by standard input and whose lines are the new elements."""
