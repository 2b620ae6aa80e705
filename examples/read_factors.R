#!/usr/bin/env Rscript
# Prints the first rows of a result file of factorize: Rscript read_factors.R FILE [ROWS]
# R packages hdf5r and bit64 (Debian: r-cran-hdf5r). R has no uint64: it cannot hold numbers beyond 2^63 - 1.
suppressPackageStartupMessages({
  library(hdf5r)
  library(bit64)
})

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) < 1) stop("usage: read_factors.R FILE [ROWS]")
if (!file.exists(arguments[1])) stop("there is no ", arguments[1])

file <- H5File$new(arguments[1], mode = "r")
numbers <- file[["numbers"]]
largest <- as.integer64("9223372036854775807")  # what larger ones become
rows <- min(if (length(arguments) > 1) as.integer(arguments[2]) else 5L, numbers$dims)

for (row in seq_len(rows)) {
  n <- as.integer64(numbers[row])
  start <- as.integer64(file[["offsets"]][row])  # counts from 0, R from 1
  count <- as.integer64(file[["counts"]][row])
  factors <- if (count > 0) file[["factors"]][as.numeric(start + 1):as.numeric(start + count)]
  cat(if (n == largest) "beyond 2^63 - 1" else as.character(n), ": ", paste(as.character(as.integer64(factors)), collapse = ", "), "\n", sep = "")
}
file$close_all()
