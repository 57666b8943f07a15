import Cards
import Certificates
import MyNumberCard
import ReaderKit
import ReaderTransport
import TestSupport
import Testing

/// Which commands an identity takes, byte by byte.
@Suite struct PlanTests {
    private let certificate = SyntheticHolder.hanako.authenticationCertificate

    /// READ BINARY in blocks of 256 bytes: the first by short identifier, the last with what is left.
    private func readInBlocks(_ count: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: 256).map { offset in
            let wanted = UInt8(truncatingIfNeeded: min(256, count - offset))
            return offset == 0 ? hex("00B08A0000") : [0x00, 0xB0, UInt8(offset >> 8), 0x00, wanted]
        }
    }

    @Test("Five commands where extended length works", arguments: [CardInterface.contact, .contactless])
    func extended(_ interface: CardInterface) throws {
        let bench = try Bench(VirtualCard(.myNumberCard, holder: .hanako, interface: interface))
        let result = try bench.identify()
        #expect(bench.commands == [select, inquire, readWhole, verify1234, sign])
        #expect(bench.session.tally.apdus == 5)
        #expect(result.certificate == certificate)
        #expect(result.signature.count == 256)
    }

    @Test("Four and one for each 256 bytes of the certificate where the answer to reset says short")
    func short() throws {
        for profile in [CardProfile.myNumberCardShortLength, .myNumberCardKnownToOpenSC] {
            let bench = try Bench(VirtualCard(profile, holder: .hanako, interface: .contact))
            let result = try bench.identify()
            #expect(bench.commands == [select, inquire] + readInBlocks(certificate.count) + [verify1234, sign])
            #expect(bench.session.tally.apdus == 4 + (certificate.count + 255) / 256)
            #expect(result.certificate == certificate)
        }
    }

    @Test("One more where nothing is known and short is all there is, and that once")
    func unknown() throws {
        let memory = SharedLengthMemory()
        let blocks = readInBlocks(certificate.count)
        for reads in [[readWhole] + blocks, blocks, blocks] {
            let bench = try Bench(VirtualCard(.myNumberCardShortLength, holder: .hanako, interface: .contactless), memory: memory)
            let result = try bench.identify()
            #expect(bench.commands == [select, inquire] + reads + [verify1234, sign])
            #expect(result.certificate == certificate)
        }
        // Another memory, another try.
        let bench = try Bench(VirtualCard(.myNumberCardShortLength, holder: .hanako, interface: .contactless))
        _ = try bench.identify()
        #expect(bench.commands.count == 5 + blocks.count)
    }

    @Test func whatWorkedOnceIsNotForgotten() throws {
        let memory = SharedLengthMemory()
        for _ in 0..<2 {
            let bench = try Bench(VirtualCard(.myNumberCard, holder: .hanako), memory: memory)
            _ = try bench.identify()
            #expect(bench.commands.count == 5)
            #expect(bench.session.lengthPlan == .extended)
        }
        // A card of the same answer to reset that cannot any more costs one command, once.
        for extra in [1, 0] {
            let bench = try Bench(VirtualCard(.myNumberCardShortLength, holder: .hanako, interface: .contactless), memory: memory)
            _ = try bench.identify()
            #expect(bench.commands.count == 4 + 6 + extra)
            #expect(bench.session.lengthPlan == .short)
        }
    }

    @Test("A reader that cannot carry extended commands may know no better way to say so than to fail")
    func aReaderThatFailsOnExtendedCommands() throws {
        let memory = SharedLengthMemory()
        for reads in [[readWhole] + readInBlocks(certificate.count), readInBlocks(certificate.count)] {
            let bench = try Bench(VirtualCard(.myNumberCard, holder: .hanako), memory: memory) { inner in
                ChangedChannel(inner) { command throws(ReaderError) in
                    if command.count == 7, command[4] == 0 { throw ReaderError(.inputOutput) }
                    return nil
                }
            }
            #expect(try bench.identify().certificate == certificate)
            #expect(bench.commands == [select, inquire] + reads + [verify1234, sign])
        }
    }

    @Test("No other failure is taken for that", arguments: ReaderError.Reason.allCases.filter { $0 != .inputOutput })
    func otherFailures(_ reason: ReaderError.Reason) throws {
        let bench = try Bench(VirtualCard(.myNumberCard, holder: .hanako)) { inner in
            ChangedChannel(inner) { command throws(ReaderError) in
                if command.count == 7, command[4] == 0 { throw ReaderError(reason) }
                return nil
            }
        }
        #expect(throws: CardError.reader(ReaderError(reason))) { try bench.identify() }
        #expect(bench.commands == [select, inquire, readWhole])
        #expect(bench.session.lengthPlan == .tryExtended)
    }

    @Test func aReaderThatFailsInBothFormsTeachesNothing() throws {
        let bench = try Bench(VirtualCard(.myNumberCard, holder: .hanako)) { inner in
            ChangedChannel(inner) { command throws(ReaderError) in
                if command[1] == 0xB0 { throw ReaderError(.inputOutput) }
                return nil
            }
        }
        #expect(throws: CardError.reader(ReaderError(.inputOutput))) { try bench.identify() }
        #expect(bench.commands == [select, inquire, readWhole, hex("00B08A0000")])
        #expect(bench.session.lengthPlan == .tryExtended)
    }

    @Test func aReaderThatSaysItCarriesShortOnlyIsBelieved() throws {
        let bench = try Bench(VirtualCard(.myNumberCard, holder: .hanako)) { inner in
            ChangedChannel(inner, carriesExtendedLength: false) { _ in nil }
        }
        #expect(try bench.identify().certificate == certificate)
        #expect(bench.commands == [select, inquire] + readInBlocks(certificate.count) + [verify1234, sign])
    }

    @Test("Some cards answer 6F00 to the first command after power-up, whatever it is")
    func aCardThatFailsItsFirstCommand() throws {
        var profile = CardProfile.myNumberCard
        profile.failsFirstCommand = true
        let bench = try Bench(VirtualCard(profile, holder: .hanako))
        #expect(try bench.identify().certificate == certificate)
        #expect(bench.commands == [select, select, inquire, readWhole, verify1234, sign])
    }

    @Test func theSignatureIsOverWhatWasGiven() throws {
        for holder in SyntheticHolder.all {
            let result = try Bench(VirtualCard(.myNumberCard, holder: holder)).identify()
            let certificate = try Certificate(der: result.certificate)
            #expect(result.certificate == holder.authenticationCertificate)
            #expect(SignatureScheme.rsaPKCS1SHA256.verifies(result.signature, of: [], by: certificate))
            #expect(!SignatureScheme.rsaPKCS1SHA256.verifies(result.signature, of: [0], by: certificate))
        }
    }
}
