import Certificates
import Diagnosis
import ISO7816
import ReaderKit
import Station

/// The operations of a My Number Card, each in the fewest APDUs and with one deadline, however many commands it takes.
///
/// An operation selects its application where another one is selected. Files, references and keys are named by short identifiers inside
/// the command that uses them, so nothing else is selected. Nothing that carries a PIN is ever sent twice.
public final class MyNumberCard {
    let session: CardSession
    let layout: CardLayout
    private let patience: Duration
    private let station: Station
    private var selected: [UInt8]?
    private var asksForInformation = false

    /// A card over `session`; each operation has `patience` to be done.
    public init(_ session: CardSession, layout: CardLayout = .myNumberCard, patience: Duration = .seconds(10), on station: Station) {
        self.session = session
        self.layout = layout
        self.patience = patience
        self.station = station
    }

    /// When an operation that begins now has to be done.
    var deadline: Instant { station.now + patience }
    /// The same of one that reads a picture: over Bluetooth some ten kilobytes take as many seconds.
    var deadlineOfPicture: Instant { deadline + patience }

    /// Selects the application by which the card is known: the one way to tell a My Number Card from another (never by its ATR). One APDU.
    public func select() throws(CardError) {
        try select(layout.application, until: deadline)
    }

    // MARK: Applications

    /// Selects `application` where it is not selected already.
    func enter(_ application: [UInt8], until deadline: Instant) throws(CardError) {
        if selected != application { try select(application, until: deadline) }
    }

    /// Some cards answer `6F00` to whatever comes first after power-up (measured by a public open-source project); they are asked again.
    private func select(_ application: [UInt8], until deadline: Instant) throws(CardError) {
        selected = nil
        var status = try sendSelect(application, until: deadline)
        if status == .noDiagnosis { status = try sendSelect(application, until: deadline) }
        // A card that knows only the form with file control information gets that; what it says of itself is not used.
        if status == .wrongParameters, !asksForInformation {
            asksForInformation = true
            status = try sendSelect(application, until: deadline)
        }
        guard status.isSuccess else {
            throw application == layout.application ? .notMyNumberCard(status) : .applicationMissing(status)
        }
        selected = application
    }

    private func sendSelect(_ application: [UInt8], until deadline: Instant) throws(CardError) -> StatusWord {
        asksForInformation
            ? try send(.selectApplicationForInformation, application, expected: 256, until: deadline)
            : try send(.selectApplication, application, until: deadline)
    }

    // MARK: The layout

    func place(of file: CardFile) throws(CardError) -> CardLayout.Place {
        guard let place = layout.files[file] else { throw .notOnThisCard(file.rawValue) }
        return place
    }

    func entry(of reference: CardReference) throws(CardError) -> CardLayout.Reference {
        guard let entry = layout.references[reference] else { throw .notOnThisCard(reference.rawValue) }
        return entry
    }

    func entry(of key: CardSigningKey) throws(CardError) -> CardLayout.Key {
        guard let entry = layout.keys[key] else { throw .notOnThisCard("\(key.rawValue) key") }
        return entry
    }

    /// Throws `not-on-this-card` where this kind of card lacks one of these files or the key, before anything is sent.
    public func mustHave(_ files: [CardFile], key: CardSigningKey? = nil) throws(CardError) {
        for file in files { _ = try place(of: file) }
        if let key { _ = try entry(of: key) }
    }

    /// Whether it is a certificate on a phone, which has no grace. One APDU; none for a kind of card without token information, which no phone is.
    func isPhone() throws(CardError) -> Bool {
        layout.files[.tokenInformation] == nil ? false : try readTokenInformation().kind.isPhone
    }

    /// The verdict on this card's certificate at `time`, in Unix time. Grace is for plastic cards: a phone is asked what it is, and only where
    /// that matters.
    public func verdict(
        on certificate: Certificate, by trust: CertificateTrust, at time: Int64
    ) throws(CardError) -> CertificateVerdict {
        let verdict = trust.check(certificate, at: time)
        guard case .validInGrace = verdict, try isPhone() else { return verdict }
        return .invalid([.expired(since: certificate.notAfter)])
    }

    // MARK: Sending

    func send(
        _ header: CommandHeader, _ data: [UInt8] = [], expected: Int = 0, form: APDUForm = .short, until deadline: Instant
    ) throws(CardError) -> StatusWord {
        do { return try session.send(header, data, expected: expected, form: form, until: deadline) } catch { throw .reader(error) }
    }

    /// Sends a secret, once, and wipes the place where the command was.
    func send(_ header: CommandHeader, secret: Secret, until deadline: Instant) throws(ReaderError) -> StatusWord {
        defer { session.wipe() }
        return try secret.withBytes { bytes throws(ReaderError) in
            try session.send(header, data: bytes, expected: 0, form: .short, until: deadline)
        }
    }
}
