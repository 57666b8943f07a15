import Glibc

/// Random bytes in memory of their own, and whether there is a copy of them anywhere else in this process: what was wiped is not found again.
public final class UniqueBytes {
    /// The bytes. Nothing else may hold them while `copies` counts.
    public let bytes: UnsafeBufferPointer<UInt8>

    private let page: UnsafeMutableRawPointer
    private static let pageSize = 1 << 16

    /// So many bytes, at least 12, which nobody else has by chance.
    public init(count: Int) throws {
        guard let page = mmap(nil, Self.pageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), page != MAP_FAILED,
            (12...256).contains(count)
        else { throw BenchError("no page for the bytes") }
        // A first byte that is not as frequent as 0.
        for index in 0..<count { page.storeBytes(of: UInt8.random(in: 0x81...0xFE), toByteOffset: index, as: UInt8.self) }
        self.page = page
        bytes = UnsafeBufferPointer(start: page.assumingMemoryBound(to: UInt8.self), count: count)
    }

    deinit { munmap(page, Self.pageSize) }

    /// How many other places of this process's memory hold all of them, freed memory included.
    public func copies() throws -> Int {
        let memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)
        guard memory >= 0, let maps = fopen("/proc/self/maps", "re") else { throw BenchError("/proc/self") }
        defer {
            close(memory)
            fclose(maps)
        }
        // Beside the bytes in their page, where nothing is looked at, is the window that memory is looked at through.
        let window = page + 4_096
        let room = Self.pageSize - 4_096
        var count = 0
        for (start, end) in Self.writable(maps) where !(start...end).contains(UInt(bitPattern: page)) {
            var next = start
            while next < end {
                let got = pread(memory, window, min(room, Int(end - next)), off_t(next))
                guard got >= bytes.count else { break }
                if isThere(window, got) { count += 1 }
                // The windows overlap, so that nothing lies between two.
                if got < room { break }
                next += UInt(got - bytes.count + 1)
            }
        }
        return count
    }

    private func isThere(_ window: UnsafeMutableRawPointer, _ size: Int) -> Bool {
        var start = window
        let end = window + (size - bytes.count + 1)
        while start < end, let found = memchr(start, Int32(bytes[0]), end - start) {
            if memcmp(found, page, bytes.count) == 0 { return true }
            start = found + 1
        }
        return false
    }

    private static func writable(_ maps: UnsafeMutablePointer<FILE>) -> [(UInt, UInt)] {
        var line: UnsafeMutablePointer<CChar>?
        var size = 0
        defer { free(line) }
        var found: [(UInt, UInt)] = []
        while getline(&line, &size, maps) > 0, let line {
            let words = String(cString: line).split(separator: " ")
            let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard ends.count == 2, words.count > 1, words[1].hasPrefix("rw") else { continue }
            // A sanitizer's own notes, many TiB of address space, hold no copy and take hours to look at.
            if ends[1] - ends[0] < 1 << 32 { found.append((ends[0], ends[1])) }
        }
        return found
    }
}
