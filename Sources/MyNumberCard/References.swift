import Diagnosis
import ISO7816
import ReaderKit
import Station

/// PINs, passwords and 照合番号: asking for the counter, verifying, changing.
extension MyNumberCard {
    /// Asks how many tries the authentication PIN has left, without using one. One APDU.
    public func authenticationPINState() throws(CardError) -> PINState {
        try state(of: .authenticationPIN)
    }

    /// Verifies the authentication PIN. One APDU, none where the PIN is not of the right form.
    public func verifyAuthenticationPIN(_ pin: Secret) throws(CardError) -> PINResult {
        try verify(.authenticationPIN, with: pin)
    }

    /// Asks how many tries a reference has left, without using one. One APDU.
    public func state(of reference: CardReference) throws(CardError) -> PINState {
        try state(of: try entry(of: reference), until: deadline)
    }

    /// Asks for the counters of all references that the layout names, in a fixed order, without using a try.
    ///
    /// One APDU for each reference and one for each application. A card that lacks an application or a reference is no error.
    public func counters() throws(CardError) -> [ReferenceCounter] {
        let deadline = deadline
        var counters: [ReferenceCounter] = []
        var missing: Set<[UInt8]> = []
        for reference in CardReference.allCases {
            guard let entry = layout.references[reference] else { continue }
            let state = missing.contains(entry.place.application) ? nil : try stateIfPresent(of: entry, &missing, until: deadline)
            counters.append(ReferenceCounter(reference: reference, state: state))
        }
        return counters
    }

    /// Verifies a secret. One APDU, none where it is not of the right form.
    ///
    /// An exchange that fails on the way is never repeated: the card may have counted it.
    public func verify(_ reference: CardReference, with secret: Secret) throws(CardError) -> PINResult {
        try verify(try entry(of: reference), with: secret, until: deadline)
    }

    /// Changes a PIN or a password. Four APDUs, five with `.keep`.
    ///
    /// Both are checked by their form before anything is sent. The file of the PIN is selected here: CHANGE REFERENCE DATA and CHANGE KEY
    /// were found to change the selected one.
    /// - Throws: `not-on-this-card` for what its holder cannot change; `pin-change-uncertain` where the reader failed in the very
    ///   command, so that nobody knows which PIN counts now.
    public func change(
        _ reference: CardReference, from old: Secret, to new: Secret, lastTry: LastTry = .keep
    ) throws(CardError) -> Guarded<Void> {
        let entry = try entry(of: reference)
        guard let command = entry.change else { throw .notOnThisCard("a change of \(reference.rawValue)") }
        for secret in [old, new] where !entry.form.fits(secret) { throw .secretMalformed(entry.form) }
        let deadline = deadline
        try enter(entry.place.application, until: deadline)
        let status = try send(.selectFile, [0x00, entry.place.file], until: deadline)
        guard status.isSuccess else { throw .refused(status, command: "SELECT of the PIN") }
        var selected = entry
        selected.place.file = 0
        return try opening(selected, with: old, lastTry, until: deadline) { () throws(CardError) in
            let status: StatusWord
            do throws(ReaderError) { status = try send(.change(command), secret: new, until: deadline) } catch {
                throw .changeUncertain(error)
            }
            guard status.isSuccess else {
                if status.excludesChange { throw .refused(status, command: "change of the PIN") }
                throw .changeUncertain(ReaderError(.answerMalformed, cause: "the card answered \(status)"))
            }
        }
    }

    // MARK: One reference

    /// Does `body` after the secret was found right.
    func opening<Content>(
        _ entry: CardLayout.Reference, with secret: Secret, _ lastTry: LastTry, until deadline: Instant,
        _ body: () throws(CardError) -> Content
    ) throws(CardError) -> Guarded<Content> {
        guard entry.form.fits(secret) else { throw .secretMalformed(entry.form) }
        if lastTry == .keep {
            switch try state(of: entry, until: deadline) {
            case .blocked: return .refused(.blocked)
            case .left(...1): return .refused(.lastTryKept)
            case .left, .verified: break
            }
        }
        switch try verify(entry, with: secret, until: deadline) {
        case .verified: return .opened(try body())
        case .rejected(let left): return .refused(.rejected(triesLeft: left))
        case .blocked: return .refused(.blocked)
        }
    }

    private func verify(_ entry: CardLayout.Reference, with secret: Secret, until deadline: Instant) throws(CardError) -> PINResult {
        guard entry.form.fits(secret) else { throw .secretMalformed(entry.form) }
        try enter(entry.place.application, until: deadline)
        let status: StatusWord
        do throws(ReaderError) {
            status = try send(.verify(reference: entry.place.file), secret: secret, until: deadline)
        } catch { throw .reader(error) }
        return try PINResult(status)
    }

    private func state(of entry: CardLayout.Reference, until deadline: Instant) throws(CardError) -> PINState {
        try enter(entry.place.application, until: deadline)
        let status = try send(.verify(reference: entry.place.file), until: deadline)
        if status.isSuccess { return .verified }
        if status.isBlocked || status.remainingTries == 0 { return .blocked }
        guard let tries = status.remainingTries else { throw .refused(status, command: "VERIFY without data") }
        return .left(tries)
    }

    private func stateIfPresent(
        of entry: CardLayout.Reference, _ missing: inout Set<[UInt8]>, until deadline: Instant
    ) throws(CardError) -> PINState? {
        do { return try state(of: entry, until: deadline) } catch {
            switch error {
            // Whatever a card says to the name of an application that it does not have.
            case .applicationMissing:
                missing.insert(entry.place.application)
                return nil
            case .refused(.fileNotFound, _), .refused(.referenceNotFound, _): return nil
            default: throw error
            }
        }
    }
}

extension StatusWord {
    /// Whether a card that answers so has changed nothing (ISO/IEC 7816-4 clause 5.6, table 6): a counter, or an error that was checked before the
    /// command was carried out.
    fileprivate var excludesChange: Bool { remainingTries != nil || (0x67...0x6E).contains(rawValue >> 8) }
}
