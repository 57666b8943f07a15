/// How long a data object is, as far as its first bytes tell: for reading a certificate from a file of unknown size.
public enum TLVSize: Hashable, Sendable {
    /// The tag and length fields are not complete; at least this many bytes from the start are needed.
    case needsMore(atLeast: Int)
    /// The whole object, tag and length fields included, in bytes. A card may claim any length: check it before you reserve memory.
    case whole(Int)

    /// The size of the object that begins with `prefix`.
    ///
    /// - Throws: `TLVError` when no object begins so; never because the prefix is too short.
    public init(prefix: Span<UInt8>) throws(TLVError) {
        guard prefix.count > 0 else {
            self = .needsMore(atLeast: 2)
            return
        }
        do throws(TLVError) {
            let header = try TLVHeader(prefix, at: 0, limit: prefix.count)
            self = .whole(header.valueStart + header.length)
        } catch {
            switch error.kind {
            case .truncatedTag: self = .needsMore(atLeast: prefix.count + 2)
            case .truncatedLength: self = .needsMore(atLeast: prefix.count + 1)
            default: throw error
            }
        }
    }
}
