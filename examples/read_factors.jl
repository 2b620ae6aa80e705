#!/usr/bin/env julia
# Prints the first rows of a result file of factorize: julia read_factors.jl FILE [ROWS]
# Julia package HDF5: julia -e 'using Pkg; Pkg.add("HDF5")'
using HDF5

isempty(ARGS) && error("usage: read_factors.jl FILE [ROWS]")

"All d with 1 < d < n of the number in that row, ascending; of a file made with --store half, those up to sqrt(n)."
function factors_of(file, row)
    start, count = file["offsets"][row], file["counts"][row]
    count == 0 ? eltype(file["factors"])[] : file["factors"][start+1:start+count]  # offsets count from 0, Julia from 1
end

h5open(ARGS[1], "r") do file
    rows = length(ARGS) > 1 ? parse(Int, ARGS[2]) : 5
    for row in 1:min(rows, length(file["numbers"]))
        println(file["numbers"][row], ": ", join(Int.(factors_of(file, row)), ", "))
    end
end
