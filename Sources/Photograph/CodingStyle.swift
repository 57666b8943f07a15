/// How the codestream is cut up, from its headers (ISO/IEC 15444-1 annex A): a small image can be cut into millions of packets, which cost
/// the decoder gigabytes and minutes.
///
/// One coding style for the whole image (COD) is understood; whatever could change it for a tile or a component is refused.
struct CodingStyle {
    private var levels = 0
    private var layers = 0
    private var codeBlockBits = 0
    /// For each resolution, from the lowest, the binary logarithms of width and height of its precincts.
    private var precincts: [(Int, Int)] = []

    /// Reads the headers of `codestream`, whose image size segment (SIZ) was read before.
    init(_ codestream: [UInt8]) throws(PhotographError) {
        var segments = MarkerSegments(codestream, at: 2)
        var isKnown = false
        while let segment = try segments.next() {
            switch segment.marker {
            case .size, .quantization, .comment, .tileLengths: break
            case .codingStyle where !isKnown:
                try read(Array(codestream[segment.contents]))
                isKnown = true
            default: throw .unfit("marker \(String(segment.marker.rawValue, radix: 16)) in the header")
            }
        }
        guard isKnown else { throw .malformed("no coding style") }
        try Self.checkTileParts(codestream, from: segments.position)
    }

    /// How many packets an image of this size has, tile by tile at most (annex B.12).
    func packets(width: Int, height: Int, tiles: Int) -> Int {
        // Each factor is small: sides by the limits, 33 resolutions, 65,535 layers.
        let precincts = precincts.enumerated().reduce(0) { sum, entry in
            let (resolution, (x, y)) = entry
            let shift = levels - resolution
            return sum + ((width >> (shift + x)) + 2) * ((height >> (shift + y)) + 2)
        }
        return precincts * tiles * layers
    }

    /// Whether code blocks have 256 samples or more; those of encoders have 1,024 or 4,096.
    var hasLargeCodeBlocks: Bool { codeBlockBits >= 8 }

    /// The contents of COD: Scod, progression, layers, transformation of components, levels, code blocks, style, wavelet, precincts.
    private mutating func read(_ contents: [UInt8]) throws(PhotographError) {
        guard contents.count >= 10, contents[5] <= 32, contents[6] <= 8, contents[7] <= 8 else {
            throw .malformed("a coding style that cannot be")
        }
        layers = Int(contents[2]) << 8 | Int(contents[3])
        levels = Int(contents[5])
        codeBlockBits = Int(contents[6]) + Int(contents[7]) + 4
        let hasPrecincts = contents[0] & 0x01 != 0
        guard contents.count == 10 + (hasPrecincts ? levels + 1 : 0) else { throw .malformed("a coding style of \(contents.count) bytes") }
        precincts = hasPrecincts ? contents[10...].map { (Int($0 & 0x0F), Int($0 >> 4)) } : Array(repeating: (15, 15), count: levels + 1)
    }

    /// Walks over the tile parts: none may bring a coding style of its own.
    private static func checkTileParts(_ codestream: [UInt8], from start: Int) throws(PhotographError) {
        var position = start
        while position < codestream.count, !codestream[position...].starts(with: [0xFF, 0xD9]) {
            guard codestream.count - position >= 14, codestream[position...].starts(with: [0xFF, 0x90, 0x00, 0x0A]) else {
                throw .malformed("no tile part at \(position)")
            }
            let length = codestream[position + 6..<position + 10].reduce(0) { $0 << 8 | Int($1) }
            var segments = MarkerSegments(codestream, at: position + 12)
            while let segment = try segments.next() {
                guard segment.marker == .comment || segment.marker == .packetLengths else {
                    throw .unfit("marker \(String(segment.marker.rawValue, radix: 16)) in a tile")
                }
            }
            // No length means that the tile part is the last one.
            if length == 0 { return }
            guard length >= 14, position + length >= segments.position else { throw .malformed("a tile part of \(length) bytes") }
            position += length
        }
    }
}

/// The marker segments of one header, up to the marker that ends it: SOT after the main header, SOD after that of a tile part.
private struct MarkerSegments {
    struct Marker: RawRepresentable, Hashable {
        let rawValue: Int

        static let size = Marker(rawValue: 0xFF51)
        static let codingStyle = Marker(rawValue: 0xFF52)
        static let tileLengths = Marker(rawValue: 0xFF55)
        static let packetLengths = Marker(rawValue: 0xFF58)
        static let quantization = Marker(rawValue: 0xFF5C)
        static let comment = Marker(rawValue: 0xFF64)
        static let tilePart = Marker(rawValue: 0xFF90)
        static let data = Marker(rawValue: 0xFF93)
    }

    /// Where the next marker is.
    private(set) var position: Int
    private let bytes: [UInt8]

    init(_ bytes: [UInt8], at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// The next segment; `nil` at the marker that ends the header, where `position` stays.
    mutating func next() throws(PhotographError) -> (marker: Marker, contents: Range<Int>)? {
        guard bytes.count - position >= 4 else { throw .malformed("the header does not end") }
        let marker = Marker(rawValue: Int(bytes[position]) << 8 | Int(bytes[position + 1]))
        if marker == .tilePart || marker == .data { return nil }
        let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
        guard length >= 2, length <= bytes.count - position - 2 else {
            throw .malformed("a marker segment of \(length) bytes at \(position)")
        }
        let contents = position + 4..<position + 2 + length
        position = contents.upperBound
        return (marker, contents)
    }
}
