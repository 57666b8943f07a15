"""The same exchange by pyscard. "COUNT SIZE" a line is answered by the median in nanoseconds."""
import sys
import time

from smartcard.System import readers

reader = next(reader for reader in readers() if str(reader) == sys.argv[1])
for line in sys.stdin:
    count, size = map(int, line.split())
    command = [0x00, 0x20, 0x00, 0x80] if size == 2 else [0x00, 0xB0, 0x00, 0x00, 0x00]
    connection = reader.createConnection()
    connection.connect()
    times = []
    for index in range(-20, count):
        start = time.monotonic_ns()
        data, first, second = connection.transmit(command)
        times.append(time.monotonic_ns() - start)
        assert len(data) + 2 == size and first == 0x90
    connection.disconnect()
    print(sorted(times[20:])[count // 2], flush=True)
