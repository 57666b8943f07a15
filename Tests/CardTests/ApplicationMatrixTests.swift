import TestSupport
import Testing

@testable import Cards

@Suite("Access matrix of the other applications, by credential")
struct ApplicationMatrixTests {
    /// One application, its references, and which of them open which file.
    struct Application: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let identifier: [UInt8]
        let references: [(credential: Credential, short: UInt8)]
        /// By short identifier: the references that open it; empty is free.
        let readers: [UInt8: [Credential]]
    }

    static let applications = [
        // PIN or A; PIN or B; any: measured by a public open-source project, the first two by several.
        Application(
            testDescription: "text", identifier: CardApplication.textIdentifier,
            references: [(.textPIN, 0x11), (.verificationNumberA, 0x14), (.verificationNumberB, 0x15)],
            readers: [
                1: [.textPIN, .verificationNumberA], 2: [.textPIN, .verificationNumberB],
                3: [.textPIN, .verificationNumberA, .verificationNumberB], 4: [], 5: [],
                6: [.textPIN, .verificationNumberA, .verificationNumberB], 7: [.textPIN, .verificationNumberA, .verificationNumberB], 8: [],
            ]),
        // The birth key opens the age record and nothing else, B the face, A the face and the number: measured by public projects.
        Application(
            testDescription: "surface", identifier: CardApplication.surfaceIdentifier,
            references: [(.birthKey, 0x11), (.verificationNumberB, 0x12), (.verificationNumberA, 0x13)],
            readers: [
                1: [.birthKey], 2: [.verificationNumberA, .verificationNumberB], 3: [], 4: [], 5: [.verificationNumberA], 6: [],
            ]),
    ]

    @Test("Who may read which file, by application and by credential", arguments: applications)
    func matrix(_ application: Application) {
        for reference in [nil] + application.references.map(Optional.some) {
            let terminal = Terminal()
            terminal.select(application.identifier)
            if let reference { #expect(terminal.verify(reference.credential, reference.short) == 0x9000) }
            for file in UInt8(1)...0x1E {
                let status = terminal.send([0x00, 0xB0, 0x80 | file, 0x00, 0x01]).status
                if let readers = application.readers[file] {
                    let isOpen = readers.isEmpty || reference.map { readers.contains($0.credential) } == true
                    #expect(status == (isOpen ? 0x9000 : 0x6982), "EF \(file) with \(reference.map(\.credential.rawValue) ?? "nothing")")
                } else {
                    #expect(status == 0x6981 || status == 0x6A82, "EF \(file)")
                }
            }
        }
    }

    @Test("One secret in two applications is two references with two counters (the file numbers: several projects; the counters: inferred)")
    func counters() {
        let terminal = Terminal()
        terminal.select(CardApplication.surfaceIdentifier)
        #expect(terminal.status("0020 0092") == 0x63CA, "照合番号B has ten tries (published)")
        #expect(terminal.status("0020 0092 0E 3030303030303030303030303030") == 0x63C9)
        #expect(terminal.status("0020 0093") == 0x63CA)
        terminal.select(CardApplication.textIdentifier)
        #expect(terminal.status("0020 0095") == 0x63CA)
        #expect(terminal.verify(.verificationNumberB, 0x15) == 0x9000)
        terminal.select(CardApplication.surfaceIdentifier)
        #expect(terminal.status("0020 0092") == 0x63C9)
        #expect(terminal.send("00B0 8200 01").status == 0x6982, "verified in the text application is not verified here")
    }

    @Test("Ten wrong face codes in a row block it, and the photo with it (published by municipalities)")
    func blockedFace() {
        let terminal = Terminal()
        terminal.select(CardApplication.surfaceIdentifier)
        for left in (0..<10).reversed() {
            #expect(terminal.status("0020 0092 0E 3030303030303030303030303030") == 0x63C0 + UInt16(left))
        }
        #expect(terminal.verify(.verificationNumberB, 0x12) == 0x6984)
        #expect(terminal.verify(.verificationNumberA, 0x13) == 0x9000)
        #expect(terminal.status("00B0 8200 01") == 0x9000)
    }

    @Test("EF 0012 of the text application comes blocked: the inquiry says 63C0, VERIFY 6984 (measured by a public open-source project)")
    func blockedFromIssue() {
        let terminal = Terminal()
        terminal.select(CardApplication.textIdentifier)
        #expect(terminal.status("0020 0092") == 0x63C0)
        #expect(terminal.verify(.textPIN, 0x12) == 0x6984)
        #expect(terminal.status("0020 0092") == 0x63C0)
        #expect(terminal.status("0020 0091") == 0x63C3, "the PIN beside it is usable")
        terminal.card.preset(triesLeft: 3, of: .textPIN, in: CardApplication.textIdentifier)
        #expect(terminal.status("0020 0092") == 0x63C0)
    }

    @Test("The PINs of the common and the 住基 application have three tries each (several independent open-source projects)")
    func registryPINs() {
        for credential in [Credential.commonPIN, .residentRegistryPIN] {
            let terminal = Terminal()
            #expect(terminal.log(in: credential) == 0x9000)
            terminal.powerCycle()
            terminal.select(credential == .commonPIN ? CardApplication.commonIdentifier : CardApplication.residentRegistryIdentifier)
            #expect(terminal.status("0020 009C") == 0x63C3)
            #expect(terminal.send("00B0 8200 00").data.count == 16)
        }
    }
}
