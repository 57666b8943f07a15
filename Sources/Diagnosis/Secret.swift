import Glibc

/// Bytes that must never be seen: a PIN, a password, a 照合番号. They are wiped when the last holder lets go.
///
/// Printing, interpolating or reflecting a secret shows its name only. The bytes are reached through `withBytes`.
public final class Secret: Sendable, CustomStringConvertible, CustomReflectable {
    /// How many bytes it has.
    public let count: Int
    // Written once in `init`, read-only afterwards, freed in `deinit`: nothing to race on.
    nonisolated(unsafe) private let storage: UnsafeMutablePointer<UInt8>

    /// A copy of `bytes`; the caller wipes its own.
    public init(_ bytes: some Collection<UInt8>) {
        count = bytes.count
        storage = .allocate(capacity: max(1, bytes.count))
        var next = storage
        for byte in bytes {
            next.initialize(to: byte)
            next += 1
        }
    }

    deinit {
        explicit_bzero(storage, count)
        storage.deallocate()
    }

    /// Lends the bytes for the length of `body`.
    public func withBytes<Result, Failure: Error>(_ body: (Span<UInt8>) throws(Failure) -> Result) throws(Failure) -> Result {
        try body(Span(_unsafeStart: UnsafePointer(storage), count: count))
    }

    /// Never the bytes.
    public var description: String { "secret" }
    /// Never the bytes.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
