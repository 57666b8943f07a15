import Diagnosis
import ISO7816
import ReaderKit
import ReaderTransport
import Staging
import Station

/// One patient at a reader, from the idle screen to the last: what each step brought, so that two sessions can be compared.
public struct Session: Equatable, Sendable {
    /// What a step brought.
    public enum Outcome: Equatable, Sendable {
        /// This, in words or hexadecimal digits.
        case brought(String)
        /// This error.
        case failed(ReaderError.Reason)
        /// Nothing, and no error either, for longer than any reader may take.
        case hung
    }

    /// The steps by name, in order; those that an error made impossible are missing.
    public private(set) var steps: [String] = []
    /// What they brought.
    public private(set) var outcomes: [String: Outcome] = [:]

    /// The longest that anything at a reader takes.
    private static let patience = Duration.seconds(600)

    /// Opens the reader on `attachment` and lets a patient prove who they are by `method`; the reader is closed in the end.
    ///
    /// `person` does what people do where the twin is: a replay has none.
    public init(
        _ driver: any ReaderDriver, on attachment: any Attachment, station: Station, method: ScreenMethod,
        person: (StagedAction) -> Void
    ) {
        var opened: (any FacetedReader)?
        step("open") { () throws(ReaderError) in
            opened = try driver.open(attachment, name: "sim:reader", on: station) as? any FacetedReader
            return opened == nil ? "no facets" : "opened"
        }
        if let reader = opened {
            carryOut(reader, station, method, person)
            reader.close()
        } else {
            attachment.close()
        }
    }

    private mutating func carryOut(
        _ reader: any FacetedReader, _ station: Station, _ method: ScreenMethod, _ person: (StagedAction) -> Void
    ) {
        guard let screen = reader.patientScreen else { return }
        step("place card") { () throws(ReaderError) in
            _ = try screen.show(.placeCard)
            person(.place(SessionBench.card()))
            try reader.waitForCard(on: station, until: station.now + .seconds(20))
            return "card"
        }
        var channel: (any CardChannel)?
        step("connect") { () throws(ReaderError) in
            let connected = try reader.connect(slot: 0, until: station.now + .seconds(10))
            channel = connected
            return Hexadecimal.text(connected.answerToReset)
        }
        var isCardReady = false
        if let channel { isCardReady = exchange(channel, station) }
        step("choose method") { () throws(ReaderError) in
            let prompt = try screen.show(.chooseMethod([.face, .pin]))
            person(.choose(method == .face ? .face : .pin))
            guard Self.wait(prompt, reader, station) else { return nil }
            return "\(try screen.answer(to: prompt))"
        }
        if method == .face { showFace(reader, station) } else if isCardReady { typePIN(reader, station, person) }
        step("done") { () throws(ReaderError) in
            _ = try screen.show(.done(name: nil))
            return "shown"
        }
        channel?.close()
        person(.remove)
    }

    /// Sends commands to the card until one fails; what comes after that would mean something else.
    private mutating func exchange(_ channel: any CardChannel, _ station: Station) -> Bool {
        for command in Self.commands {
            let isDone = step(command) { () throws(ReaderError) in
                var response: [UInt8] = []
                let bytes = Hexadecimal.bytes(command) ?? []
                try channel.transmit(bytes.span, into: &response, until: station.now + .seconds(10))
                return Hexadecimal.text(response)
            }
            if !isDone { return false }
        }
        return true
    }

    private mutating func showFace(_ reader: any FacetedReader, _ station: Station) {
        guard let face = reader.face else { return }
        step("card face") { () throws(ReaderError) in
            let prompt = try face.readCardFace()
            guard Self.wait(prompt, reader, station) else { return nil }
            return Self.text(try face.visualCode(prompt))
        }
        step("match") { () throws(ReaderError) in
            let prompt = try face.match(photograph: Self.photograph)
            guard Self.wait(prompt, reader, station) else { return nil }
            return "\(try face.verdict(prompt))"
        }
    }

    private mutating func typePIN(_ reader: any FacetedReader, _ station: Station, _ person: (StagedAction) -> Void) {
        guard let pad = reader.pinPad else { return }
        step("PIN") { () throws(ReaderError) in
            let prompt = try pad.verify(CommandHeader(cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x80), digits: 4, slot: 0)
            person(.typePIN(Secret(Array("1234".utf8))))
            guard Self.wait(prompt, reader, station) else { return nil }
            return "\(try pad.result(prompt))"
        }
    }

    /// Carries out a step; `false` where it brought an error.
    @discardableResult
    private mutating func step(_ name: String, _ body: () throws(ReaderError) -> String?) -> Bool {
        steps.append(name)
        do throws(ReaderError) { outcomes[name] = try body().map { .brought($0) } ?? .hung } catch {
            outcomes[name] = .failed(error.reason)
            return false
        }
        return true
    }

    private static func wait(_ prompt: PromptID, _ reader: any Reader, _ station: Station) -> Bool {
        switch station.next(from: reader.source, token: prompt.rawValue, until: station.now + patience) {
        case .event, .cancelled: true
        case .deadline: false
        }
    }

    private static func text(_ secret: Secret) -> String {
        secret.withBytes { bytes in String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self) }
    }

    /// The beginning of a JPEG 2000 file (ISO/IEC 15444-1 annex I), which is all that the scripted matcher looks at.
    private static let photograph: [UInt8] = [0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A]
}

extension Session {
    // The application of the Public Certification Service, its token, its PIN for authentication, and how many tries that has left.
    private static let commands = ["00A4040C0AD392F000260100000001", "00A4020C020006", "00B0000020", "00A4020C020018", "00200080"]
}
