/// The JPEG 2000 codestream in a JP2 file (ISO/IEC 15444-1 annex I) and what its first marker segment says (annex A.5.1).
///
/// Only this much is read here, to know the sizes before the decoder reserves memory for them; and only the codestream is given to the
/// decoder, so that it never sees the boxes around it.
struct Codestream {
    let bytes: [UInt8]

    /// Finds the codestream and holds its sizes to the limits.
    init(jp2 file: [UInt8], limits: PhotographLimits) throws(PhotographError) {
        guard file.count <= limits.bytes else { throw .unfit("a file of \(file.count) bytes") }
        guard file.starts(with: Self.signature) else { throw .malformed("it does not begin like a JP2 file") }
        var position = Self.signature.count
        while let box = Box(in: file, at: position) {
            if box.type == Self.contiguousCodestream {
                bytes = Array(file[box.contents])
                try Self.check(bytes, limits)
                return
            }
            position = box.contents.upperBound
        }
        throw .malformed("no codestream up to \(position)")
    }

    /// The signature box: length, `jP␣␣` and its fixed contents.
    private static let signature: [UInt8] = [0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A]
    /// `jp2c`.
    private static let contiguousCodestream = 0x6A70_3263

    /// SOC and SIZ: one component of 8 bits or less without sign, one sample a pixel, and sizes within the limits.
    private static func check(_ bytes: [UInt8], _ limits: PhotographLimits) throws(PhotographError) {
        guard bytes.count >= 45, bytes.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) else { throw .malformed("no image size at the front") }
        func number(_ offset: Int, _ count: Int) -> Int { bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) } }
        let components = number(40, 2)
        guard components == 1 else { throw .unfit("\(components) components") }
        guard number(4, 2) == 41 else { throw .malformed("an image size segment of \(number(4, 2)) bytes") }
        let (precision, horizontal, vertical) = (bytes[42], bytes[43], bytes[44])
        guard precision <= 7, horizontal == 1, vertical == 1 else { throw .unfit("samples of another kind") }
        let across = try tiles(end: number(8, 4), begin: number(16, 4), tile: number(24, 4), tileBegin: number(32, 4), limits)
        let down = try tiles(end: number(12, 4), begin: number(20, 4), tile: number(28, 4), tileBegin: number(36, 4), limits)
        // Each is at most `tiles`, so the product is small.
        guard across * down <= limits.tiles else { throw .unfit("\(across * down) tiles") }
        let style = try CodingStyle(bytes)
        let packets = style.packets(width: number(8, 4) - number(16, 4), height: number(12, 4) - number(20, 4), tiles: across * down)
        guard packets <= limits.packets else { throw .unfit("\(packets) packets") }
        guard style.hasLargeCodeBlocks else { throw .unfit("small code blocks") }
    }

    /// How many tiles one direction has (annex B.3); all numbers have 32 bits.
    private static func tiles(
        end: Int, begin: Int, tile: Int, tileBegin: Int, _ limits: PhotographLimits
    ) throws(PhotographError) -> Int {
        guard begin < end, tile > 0, tileBegin <= begin, tileBegin + tile > begin else { throw .malformed("sizes that cannot be") }
        guard end - begin <= limits.side else { throw .unfit("\(end - begin) pixels in one direction") }
        // Tiles that reach past the image cost the decoder as much as their size.
        let count = (end - tileBegin + tile - 1) / tile
        guard count <= limits.tiles else { throw .unfit("\(count) tiles in one direction") }
        return count
    }
}

/// A box of a JP2 file: four bytes of length, four of type; length 1 means that eight more bytes of length follow, 0 that the box is the last.
private struct Box {
    let type: Int
    let contents: Range<Int>

    /// The box at `position`; `nil` where there is none or it reaches past the file.
    init?(in file: [UInt8], at position: Int) {
        guard file.count - position >= 8 else { return nil }
        type = Self.number(file[position + 4..<position + 8])
        switch Self.number(file[position..<position + 4]) {
        case 0: contents = position + 8..<file.count
        case 1:
            guard file.count - position >= 16, Self.number(file[position + 8..<position + 12]) == 0 else { return nil }
            let length = Self.number(file[position + 12..<position + 16])
            guard length >= 16, length <= file.count - position else { return nil }
            contents = position + 16..<position + length
        case let length:
            guard length >= 8, length <= file.count - position else { return nil }
            contents = position + 8..<position + length
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
