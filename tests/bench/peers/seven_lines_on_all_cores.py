import multiprocessing
import sys


def factors_of(n):
    return [x for x in range(2, n // 2 + 1) if n % x == 0]


if __name__ == "__main__":
    numbers = range(int(sys.argv[1]), int(sys.argv[2]) + 1)
    with multiprocessing.Pool() as pool:
        for n, factors in zip(numbers, pool.imap(factors_of, numbers)):
            print(f"{n}:{factors}")
