import Cards
import Certificates
import Diagnosis
import MyNumberCard
import ReaderKit
import Station
import TestSupport
import Testing

/// Cards and data that are not what their issuer made.
@Suite struct ForgeryTests {
    private func face(_ bench: Bench) throws -> CardFace {
        try #require(try bench.card.readCardFace(visualCode: Hanako.visualCode, lastTry: .spend).content)
    }

    /// A channel on which answers of READ BINARY or COMPUTE DIGITAL SIGNATURE come from another card.
    private func bench(_ other: VirtualCard, for instruction: UInt8) throws -> Bench {
        let second = try Bench(other)
        return try Bench(VirtualCard(.quick(), holder: Hanako.holder)) { inner in
            ChangedChannel(inner) { command throws(ReaderError) in
                guard command[1] == 0xA4 || command[1] == instruction else { return nil }
                var answer: [UInt8] = []
                try second.session.channel.transmit(command, into: &answer, until: .zero + .seconds(60))
                return command[1] == instruction ? answer : nil
            }
        }
    }

    @Test("A copy of all files without the key does not sign the challenge")
    func aCopy() throws {
        let bench = try bench(VirtualCard(.quick(), holder: .taro), for: 0x2A)
        let face = try face(bench)
        #expect(try bench.card.checkGenuineness(by: face, challenge: Challenge(), checker: Hanako.checker()) == .invalid(.challenge))
        // The data itself is the issuer's all the same.
        #expect(try bench.card.checkSignature(of: face, checker: Hanako.checker()) == .valid(.synthetic))
    }

    @Test("Data that the issuer did not sign")
    func forgedData() throws {
        let bench = try Bench(VirtualCard(.quick(), holder: Hanako.holder))
        _ = try face(bench)
        var file = try Hanako.faceFile()
        let photograph = try #require(file.indices.first { file[$0...].starts(with: [0xDF, 0x27]) })
        file[photograph + 100] ^= 0x01
        let forged = try CardFace(fileContents: file)
        #expect(try bench.card.checkSignature(of: forged, checker: Hanako.checker()) == .invalid(.signature))
        #expect(try bench.card.checkGenuineness(by: forged, challenge: Challenge(), checker: Hanako.checker()) == .invalid(.signature))
    }

    @Test("The items of one person with the integrity record of another")
    func swappedItems() throws {
        let taro = try Bench(VirtualCard(.quick(), holder: .taro))
        let items = try #require(try taro.card.readFourItems(pin: Hanako.textPIN).content)
        let hanako = try Bench(VirtualCard(.quick(), holder: Hanako.holder))
        _ = try hanako.card.readFourItems(pin: Hanako.textPIN)
        #expect(try hanako.card.checkSignature(of: items, checker: Hanako.checker()) == .invalid(.digest))
    }

    @Test("Without root keys nothing is valid; with others the issuer is not trusted")
    func chains() throws {
        let bench = try Bench(VirtualCard(.quick(), holder: Hanako.holder))
        let face = try face(bench)
        let none = CVChecker(anchors: .none)
        #expect(try bench.card.checkSignature(of: face, checker: none) == .chainNotChecked)
        #expect(try bench.card.checkGenuineness(by: face, challenge: Challenge(), checker: none) == .chainNotChecked)
        let all = try Hanako.checker().anchors.keys
        let other = try CVTrustAnchors(all.filter { $0.key.number == "6000020" }, domain: .synthetic)
        #expect(try bench.card.checkSignature(of: face, checker: CVChecker(anchors: other)) == .invalid(.chain(.untrusted)))
        // The right name with the wrong key.
        let keys = Dictionary(uniqueKeysWithValues: zip(all.keys, Array(all.values.dropFirst()) + Array(all.values.prefix(1))))
        let mixed = CVChecker(anchors: try CVTrustAnchors(keys, domain: .synthetic))
        #expect(try bench.card.checkSignature(of: face, checker: mixed) == .invalid(.chain(.badSignature)))
    }

    @Test("A certificate of a key that is none is an error of the card's data")
    func noCertificate() throws {
        let bench = try Bench(VirtualCard(.quick(), holder: Hanako.holder)) { inner in
            ChangedChannel(inner) { command in
                command[1] == 0xB0 && command[2] == 0x84 ? hex("7F2102 5F4E 9000") : nil
            }
        }
        let face = try face(bench)
        let error = #expect(throws: CardError.self) { try bench.card.checkSignature(of: face, checker: Hanako.checker()) }
        #expect(error?.code == "card-data-malformed")
    }
}
