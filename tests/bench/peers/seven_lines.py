import sys


def factors_of(n):
    return [x for x in range(2, n // 2 + 1) if n % x == 0]


for n in range(int(sys.argv[1]), int(sys.argv[2]) + 1):
    print(f"{n}:{factors_of(n)}")
