import Cards
import Photograph
import TestSupport
import Testing

@Suite struct PhotographTests {
    private static let holders: [SyntheticHolder] = [.hanako, .taro, .expired, .child, .expiring]
    private static let photograph = SyntheticHolder.hanako.card.pictures.photo

    @Test("OpenJPEG's own program decodes the same pixels", arguments: holders)
    func agreement(_ holder: SyntheticHolder) throws {
        let folder = TemporaryFolder()
        _ = try folder.write("photo.jp2", holder.card.pictures.photo)
        _ = try runProgram(["opj_decompress", "-i", folder / "photo.jp2", "-o", folder / "photo.pgm"]).checked()
        let image = try GreyImage(jp2: holder.card.pictures.photo)
        let theirs = try folder.read("photo.pgm")
        #expect(theirs.suffix(image.pixels.count).elementsEqual(image.pixels))
        #expect(image.width * image.height > 10_000)
        // Some faces are light, some dark; none is of one colour.
        #expect(Set(image.pixels).count > 16)
    }

    @Test("Python reads the PGM and the PNG and finds the same pixels")
    func files() throws {
        let image = try GreyImage(jp2: Self.photograph)
        let folder = TemporaryFolder()
        _ = try folder.write("face.pgm", image.pgm)
        _ = try folder.write("face.png", image.png())
        // The lines of a PNG are filtered (ISO/IEC 15948 clause 9); the five filters are undone here.
        let program = """
            import struct, sys, zlib
            pgm = open(sys.argv[1], 'rb').read()
            magic, size, most, pixels = pgm.split(b'\\n', 3)
            width, height = map(int, size.split())
            assert (magic, most, len(pixels)) == (b'P5', b'255', width * height)
            png = open(sys.argv[2], 'rb').read()
            assert png[:8] == b'\\x89PNG\\r\\n\\x1a\\n'
            at, data = 8, b''
            while at < len(png):
                length, kind = struct.unpack('>I4s', png[at:at + 8])
                body = png[at + 8:at + 8 + length]
                assert zlib.crc32(kind + body) == struct.unpack('>I', png[at + 8 + length:at + 12 + length])[0]
                if kind == b'IHDR': assert struct.unpack('>IIBBBBB', body) == (width, height, 8, 0, 0, 0, 0)
                if kind == b'IDAT': data += body
                at += 12 + length
            raw, above, out = zlib.decompress(data), bytes(width), b''
            for y in range(height):
                kind, line, done = raw[y * (width + 1)], raw[y * (width + 1) + 1:(y + 1) * (width + 1)], bytearray()
                for x in range(width):
                    a, b, c = (done[x - 1] if x else 0), above[x], (above[x - 1] if x else 0)
                    p = a + b - c
                    paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
                    done.append((line[x] + (0, a, b, (a + b) // 2, paeth)[kind]) & 255)
                above = bytes(done)
                out += above
            assert out == pixels
            print(width, height)
            """
        let run = try runProgram(["python3", "-c", program, folder / "face.pgm", folder / "face.png"]).checked()
        #expect(run.output.hasPrefix("\(image.width) \(image.height)"))
    }

    @Test("Every beginning of a photograph is an error")
    func truncated() {
        // The last two bytes are the end marker, which the decoder forgives.
        for count in stride(from: 0, to: Self.photograph.count - 2, by: 97) {
            #expect(throws: PhotographError.self) { try GreyImage(jp2: Array(Self.photograph[..<count])) }
        }
    }

    /// The photograph with other bytes at a place of its codestream's first marker segment.
    private static func changed(_ offset: Int, _ bytes: [UInt8]) -> [UInt8] {
        var file = photograph
        let start = file.indices.first { file[$0...].starts(with: [0xFF, 0x4F, 0xFF, 0x51]) } ?? 0
        file.replaceSubrange(start + offset..<start + offset + bytes.count, with: bytes)
        return file
    }

    @Test(
        "What claims to be huge, or of another kind, is refused before the decoder sees it",
        arguments: [
            (8, "7FFFFFFF"), (12, "7FFFFFFF"), (8, "00000401"), (8, "FFFFFFFF"), (24, "00000001"), (28, "00000001"), (40, "0003"),
            (40, "4000"),
            (42, "0F"), (42, "87"), (43, "02"), (44, "00"),
        ])
    func unfit(_ offset: Int, _ bytes: String) {
        let error = #expect(throws: PhotographError.self) { try GreyImage(jp2: Self.changed(offset, hex(bytes))) }
        #expect(error?.code == "photograph-unfit", "\(error as Any)")
    }

    @Test(
        "Sizes that contradict each other",
        arguments: [(8, "00000000"), (16, "7FFFFFFF"), (24, "00000000"), (32, "7FFFFFFF"), (4, "0000"), (36, "FFFFFFFF")])
    func contradictions(_ offset: Int, _ bytes: String) {
        let error = #expect(throws: PhotographError.self) { try GreyImage(jp2: Self.changed(offset, hex(bytes))) }
        #expect(error?.code == "photograph-malformed", "\(error as Any)")
    }

    /// The photograph with a coding style of 65,535 layers, and of precincts of 2 by 2 pixels.
    @Test("A small file that is cut into millions of packets is refused: the decoder takes minutes for it")
    func packets() throws {
        let file = Self.photograph
        let style = try #require(file.indices.first { file[$0...].starts(with: [0xFF, 0x52, 0x00]) })
        let levels = Int(file[style + 9])
        var layers = file
        layers.replaceSubrange(style + 6..<style + 8, with: [0xFF, 0xFF])
        var precincts = file
        precincts[style + 3] = UInt8(12 + levels + 1)
        precincts[style + 4] |= 0x01
        precincts.insert(contentsOf: [UInt8](repeating: 0x11, count: levels + 1), at: style + 14)
        // What stands around has grown too.
        let box = try #require(precincts.indices.first { precincts[$0...].starts(with: Array("jp2c".utf8)) })
        precincts.replaceSubrange(box - 4..<box, with: [0, 0, 0, 0])
        var blocks = file
        blocks.replaceSubrange(style + 10..<style + 12, with: [0x00, 0x00])
        for (hostile, what) in [(layers, "packets"), (precincts, "packets"), (blocks, "code blocks")] {
            let error = #expect(throws: PhotographError.self) { try GreyImage(jp2: hostile) }
            #expect(error?.cause?.hasSuffix(what) == true, "\(error as Any)")
        }
    }

    @Test("What could change the coding style for a part of the image is refused", arguments: ["FF53", "FF5F", "FF52", "FF60"])
    func otherStyles(_ marker: String) throws {
        var file = Self.photograph
        let quantization = try #require(file.indices.first { file[$0...].starts(with: [0xFF, 0x5C, 0x00]) })
        file.replaceSubrange(quantization..<quantization + 2, with: hex(marker))
        #expect(throws: PhotographError.unfit("marker \(marker.lowercased()) in the header")) { try GreyImage(jp2: file) }
    }

    @Test("Boxes that lie about their length", arguments: ["00000000", "00000001", "00000007", "7FFFFFFF", "FFFFFFFF"])
    func boxes(_ length: String) {
        var file = Self.photograph
        // The box behind the signature.
        file.replaceSubrange(12..<16, with: hex(length))
        #expect(throws: PhotographError.self) { try GreyImage(jp2: file) }
    }

    @Test func aPhotographIsNotPrinted() throws {
        let image = try GreyImage(jp2: Self.photograph)
        #expect("\(image)" == "image" && String(reflecting: image) == "image")
        #expect(Mirror(reflecting: image).children.isEmpty)
        #expect(GreyImage(width: 2, height: .max, pixels: []) == nil && GreyImage(width: -1, height: -1, pixels: [0]) == nil)
    }
}
