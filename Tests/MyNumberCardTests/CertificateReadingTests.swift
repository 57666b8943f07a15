import Cards
import MyNumberCard
import ReaderKit
import Station
import TestSupport
import Testing

@Suite struct CertificateReadingTests {
    /// How a card is spoken to, and how many commands more than blocks that takes.
    private enum Way: CaseIterable {
        case extended, short, unknown

        func card(_ contents: CardContents, filler: Int) -> VirtualCard {
            let profile = CardProfile.quick(self == .extended ? .myNumberCard : .myNumberCardShortLength, filler: filler)
            return VirtualCard(profile, contents: contents, interface: self == .short ? .contact : .contactless)
        }

        func apdus(for count: Int) -> Int {
            switch self {
            case .extended: 1
            case .short: (count + 255) / 256
            case .unknown: (count + 255) / 256 + 1
            }
        }
    }

    /// An object of `count` bytes that looks like a certificate from outside, and whose bytes say where they stand.
    private static func object(of count: Int) -> [UInt8] {
        let value = (0..<max(0, count - 2)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        switch count {
        case 2..<130: return [0x30, UInt8(count - 2)] + value
        case 131..<259: return [0x30, 0x81, UInt8(count - 3)] + value.dropLast(1)
        default: return [0x30, 0x82, UInt8((count - 4) >> 8), UInt8((count - 4) & 0xFF)] + value.dropLast(2)
        }
    }

    private func read(_ way: Way, _ certificate: [UInt8], filler: Int) throws -> (bytes: [UInt8], apdus: Int) {
        let bench = try Bench(way.card(.hanako(certificate: certificate), filler: filler))
        try bench.card.select()
        return (try bench.card.readAuthenticationCertificate(), bench.session.tally.apdus - 1)
    }

    @Test("The filler behind the certificate is dropped, however long")
    func filler() throws {
        let certificate = SyntheticHolder.hanako.authenticationCertificate
        for way in Way.allCases {
            for filler in way == .extended ? Array(0...600) : Array(stride(from: 0, through: 600, by: 7)) + [1, 255, 256, 257] {
                let result = try read(way, certificate, filler: filler)
                #expect(result.bytes == certificate, "\(way), filler \(filler)")
                #expect(result.apdus == way.apdus(for: certificate.count), "\(way), filler \(filler)")
            }
        }
    }

    @Test("Sizes about multiples of 256, and the longest", arguments: [0, 1, 255, 256, 600])
    func sizes(_ filler: Int) throws {
        let sizes = [2, 3, 127, 129, 131, 255, 256, 257, 258, 259, 260, 511, 512, 513, 768, 1_024, 1_280, 1_536, 4_096, 8_191, 8_192]
        for way in Way.allCases {
            for size in sizes {
                let certificate = Self.object(of: size)
                #expect(certificate.count == size)
                let result = try read(way, certificate, filler: filler)
                #expect(result.bytes == certificate, "\(way), \(size) bytes")
                #expect(result.apdus == way.apdus(for: size), "\(way), \(size) bytes")
            }
        }
    }

    @Test("A file that ends before its object does")
    func truncated() throws {
        for way in Way.allCases {
            for (count, size) in [(1_000, 1_100), (1_024, 1_025), (256, 257), (255, 256), (4, 300), (3, 300), (2, 300), (1, 300), (0, 300)]
            {
                let file = Array(Self.object(of: size)[..<count])
                let error = #expect(throws: CardError.self) { try read(way, file, filler: 0) }
                #expect(error?.code == "certificate-malformed", "\(way), \(count) of \(size) bytes: \(error as Any)")
            }
        }
        #expect(throws: CardError.certificateMalformed(cause: "the file ends after 1000 of 1100 bytes")) {
            try read(.short, Array(Self.object(of: 1_100)[..<1_000]), filler: 0)
        }
    }

    @Test(
        "Lengths that cannot be, and what is no SEQUENCE",
        arguments: [
            "30 80 01 02 00 00", "30 84 7F FF FF FF", "30 84 FF FF FF FF", "30 84 00 00 1F FB", "30 82 1F FD", "30 82 FF FF",
            "30 83 01 00 00",
            "30 85 00 00 00 00 01", "30 FF", "31 03 02 01 00", "00 00", "FF FF FF", "3F 01 00", "A0 03 02 01 00",
        ])
    func lies(_ beginning: String) throws {
        for way in Way.allCases {
            let error = #expect(throws: CardError.self) { try read(way, hex(beginning) + [UInt8](repeating: 0, count: 9_000), filler: 0) }
            #expect(error?.code == "certificate-malformed", "\(way): \(error as Any)")
        }
    }

    @Test("Nothing is read behind an object that is refused")
    func refusedAtOnce() throws {
        let bench = try Bench(Way.short.card(.hanako(certificate: hex("3084 7FFFFFFF") + [UInt8](repeating: 0, count: 9_000)), filler: 0))
        try bench.card.select()
        #expect(throws: CardError.certificateMalformed(cause: "it claims to have 2147483653 bytes; 8192 are the most")) {
            try bench.card.readAuthenticationCertificate()
        }
        #expect(bench.commands.count == 2)
    }

    // MARK: Cards that do not keep to the rules

    /// Answers READ BINARY out of `file`, as `answer` says; everything else 9000.
    private func card(
        _ file: [UInt8], answerToReset: [UInt8] = CardProfile.contactWithoutExtendedLength, computing: Duration = .milliseconds(1),
        _ answer: @escaping (_ offset: Int, _ wanted: Int) -> [UInt8]?
    ) throws -> Bench {
        try Bench(
            ScriptedCard.answering(answerToReset: answerToReset, computing: computing) { command in
                guard command[1] == 0xB0 else { return [0x90, 0x00] }
                let offset = command[2] & 0x80 == 0 ? Int(command[2]) << 8 | Int(command[3]) : 0
                let wanted = command.count == 7 ? 65_536 : command[4] == 0 ? 256 : Int(command[4])
                return answer(offset, wanted)
            })
    }

    @Test func theWarningAtTheEndOfTheFileIsNoError() throws {
        let file = Self.object(of: 700)
        let bench = try card(file) { offset, wanted in
            let part = file[offset..<min(file.count, offset + wanted)]
            return part + (offset + wanted >= file.count ? [0x62, 0x82] : [0x90, 0x00])
        }
        #expect(try bench.card.readAuthenticationCertificate() == file)
        let whole = try card(file, answerToReset: CardProfile.contactlessTypeB) { _, _ in file + [0x62, 0x82] }
        #expect(try whole.card.readAuthenticationCertificate() == file)
        #expect(whole.session.lengthPlan == .extended)
    }

    @Test func aCardThatGivesLessThanAskedForIsAskedOn() throws {
        let file = Self.object(of: 700)
        let bench = try card(file) { offset, wanted in file[offset..<min(file.count, offset + min(wanted, 100))] + [0x90, 0x00] }
        #expect(try bench.card.readAuthenticationCertificate() == file)
        #expect(bench.commands.count == 1 + 7)
        // Also where the first answer does not hold the whole length.
        let drop = try card(file) { offset, _ in [file[offset], 0x90, 0x00] }
        #expect(try drop.card.readAuthenticationCertificate() == file)
        #expect(drop.commands.count == 1 + 700)
        // And where an extended command brings a part only, as behind some readers.
        let part = try card(file, answerToReset: CardProfile.contactlessTypeB) { offset, wanted in
            file[offset..<min(file.count, offset + min(wanted, 500))] + [0x90, 0x00]
        }
        #expect(try part.card.readAuthenticationCertificate() == file)
        #expect(part.commands == [select, readWhole, hex("00B001F4C8")])
    }

    @Test func aCardThatGivesNothing() throws {
        let file = Self.object(of: 700)
        let bench = try card(file) { offset, _ in offset == 0 ? file[..<256] + [0x90, 0x00] : [0x90, 0x00] }
        #expect(throws: CardError.certificateMalformed(cause: "the file ends after 256 of 700 bytes")) {
            try bench.card.readAuthenticationCertificate()
        }
        #expect(bench.commands.count == 1 + 2)
    }

    @Test func aCardThatGivesMoreThanAskedFor() throws {
        let file = Self.object(of: 300)
        let first = try card(file) { _, _ in file[..<257] + [0x90, 0x00] }
        #expect(throws: CardError.certificateMalformed(cause: "READ BINARY brought 257 bytes, 256 at most were asked for")) {
            try first.card.readAuthenticationCertificate()
        }
        let last = try card(file) { offset, wanted in
            offset == 0 ? file[..<256] + [0x90, 0x00] : file[256...] + [0x00, 0x90, 0x00]
        }
        #expect(throws: CardError.certificateMalformed(cause: "READ BINARY brought 45 bytes, 44 at most were asked for")) {
            try last.card.readAuthenticationCertificate()
        }
    }

    @Test("A card that is slow on purpose does not hold the counter up")
    func aSlowCard() throws {
        let file = Self.object(of: 700)
        let bench = try card(file, computing: .seconds(4)) { offset, _ in [file[offset], 0x90, 0x00] }
        let began = bench.station.now
        #expect(throws: CardError.reader(ReaderError(.timedOut))) { try bench.card.readAuthenticationCertificate() }
        #expect(bench.station.now - began == .seconds(10))
    }
}
