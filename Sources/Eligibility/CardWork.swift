import Certificates
import Diagnosis
import MyNumberCard
import ReaderKit
import Station

/// What is done with the card of a visit, and what was read of it: each step is a plan that stops at a cancellation before each APDU, and at
/// the first that finds no card.
///
/// A visit at a reader and the apps beside it do the same with a card.
package final class CardWork {
    private let setting: Visit.Setting
    private let places: CardPlaces
    private let allowsLastTry: Bool
    private let station: Station
    private let begin: (VisitStage.Name) -> Void

    // What was read of the card that is used.
    package private(set) var session: CardSession?
    private(set) var card: MyNumberCard?
    package private(set) var certificate: Certificate?
    private(set) var verdict: CertificateVerdict?
    private(set) var face: CardFace?
    private(set) var cardVerdict: CardVerdict?
    /// What the card has refused as its 照合番号B.
    private var refusedCodes: [Secret] = []

    /// Work with the card in `places`; `begin` is told of every stage.
    package init(
        _ setting: Visit.Setting, in places: CardPlaces, allowsLastTry: Bool, on station: Station,
        begin: @escaping (VisitStage.Name) -> Void
    ) {
        self.setting = setting
        self.places = places
        self.allowsLastTry = allowsLastTry
        self.station = station
        self.begin = begin
    }

    /// Does one of the steps with a card; `nil` for an effect that is none, and where no card was read.
    package func perform(_ effect: VisitEffect) -> VisitInput? {
        switch effect {
        case .readCard: plan { () throws(CardError) in try self.readCard() }
        case .verify(let pin): plan { () throws(CardError) in try self.verify(pin) }
        case .readCertificate:
            plan { () throws(CardError) in
                try self.card.map { card throws(CardError) in .certificateRead(try self.readCertificate(of: card)) }
            }
        case .prove: prove()
        case .readPhotograph(let code): plan { () throws(CardError) in try self.readPhotograph(code) }
        case .checkCard: checkCard()
        default: nil
        }
    }

    /// Runs commands to the card; what they throw is sorted into what the person must do again and what broke.
    func plan(_ body: () throws(CardError) -> VisitInput?) -> VisitInput? {
        do { return try body() } catch {
            switch error {
            case .notMyNumberCard: return .otherCard
            case .reader(let error): return VisitInput(error)
            default: return .failed(error)
            }
        }
    }

    private func readCard() throws(CardError) -> VisitInput {
        begin(.select)
        guard let session = try connect() else { return .cardMissed }
        let card = MyNumberCard(session, layout: setting.layout, on: station)
        self.card = card
        try card.select()
        begin(.counter)
        let pinState = try card.authenticationPINState()
        do {
            return .cardRead(pinState, try readCertificate(of: card))
        } catch {
            guard case .refused(.securityStatusNotSatisfied, _) = error else { throw error }
            return .certificateClosed(pinState)
        }
    }

    private func readCertificate(of card: MyNumberCard) throws(CardError) -> CertificateVerdict {
        begin(.certificate)
        let der = try card.readAuthenticationCertificate()
        begin(.chain)
        let certificate: Certificate
        do { certificate = try setting.readCertificate(der) } catch { throw .certificateMalformed(cause: error.cause ?? error.code) }
        self.certificate = certificate
        let verdict = try card.verdict(on: certificate, by: setting.trust, at: station.unixTime)
        self.verdict = verdict
        return verdict
    }

    /// Gives the card power; `nil` where it is gone already.
    private func connect() throws(CardError) -> CardSession? {
        let channel: any CardChannel
        do { channel = try places.reader.connect(slot: places.slot, until: station.now + .seconds(10)) } catch {
            if error.reason == .noCard || error.reason == .cardRemoved { return nil }
            throw .reader(error)
        }
        let session = CardSession(channel, on: station, memory: setting.memory, observer: setting.observer ?? setting.trace)
        self.session = session
        return session
    }

    private func verify(_ pin: Secret) throws(CardError) -> VisitInput? {
        begin(.verify)
        return try card.map { card throws(CardError) in .pinChecked(try card.verifyAuthenticationPIN(pin)) }
    }

    private func prove() -> VisitInput? {
        guard let card, let certificate else { return nil }
        let challenge: Challenge
        let digestInfo: [UInt8]
        let scheme: SignatureScheme
        do throws(CardError) { scheme = try card.signatureScheme(of: .authentication) } catch { return .failed(error) }
        do {
            challenge = try setting.makeChallenge()
            digestInfo = try scheme.digestInfo(of: challenge.bytes)
        } catch { return .failed(error) }
        return plan { () throws(CardError) in
            self.begin(.sign)
            let signature = try card.sign(digestInfo: digestInfo)
            self.begin(.signature)
            guard scheme.verifies(signature, of: challenge.bytes, by: certificate) else { throw .signatureInvalid }
            return .proved
        }
    }

    /// What was refused once is not sent again: a camera that reads the same digits wrongly each time must not use up the tries.
    private func readPhotograph(_ code: Secret) throws(CardError) -> VisitInput? {
        begin(.photograph)
        if refusedCodes.contains(where: { $0.hasSameBytes(as: code) }) { return .visualCodeRefused }
        guard let read = try card?.readCardFace(visualCode: code, lastTry: allowsLastTry ? .spend : .keep) else { return nil }
        face = read.content
        switch read.refusal {
        case nil: return .photographRead
        case .blocked, .lastTryKept: return .faceLocked
        case .rejected:
            refusedCodes.append(code)
            return .visualCodeRefused
        }
    }

    /// Forgets what was read of the card; what came of it stays.
    func forget() {
        card = nil
        certificate = nil
        face = nil
        refusedCodes = []
    }

    private func checkCard() -> VisitInput? {
        guard let card, let face else { return nil }
        begin(.genuine)
        let challenge: Challenge
        do throws(CertificateError) { challenge = try setting.makeChallenge() } catch { return .failed(error) }
        return plan { () throws(CardError) in
            let verdict = try card.checkGenuineness(by: face, challenge: challenge, checker: self.setting.cardChecker)
            self.cardVerdict = verdict
            return .cardChecked(verdict)
        }
    }
}

extension Secret {
    /// Whether both are the same bytes. Both are here already, so nobody outside can measure how long it takes.
    fileprivate func hasSameBytes(as other: Secret) -> Bool {
        withBytes { bytes in
            other.withBytes { others in bytes.count == others.count && bytes.indices.allSatisfy { bytes[$0] == others[$0] } }
        }
    }
}
