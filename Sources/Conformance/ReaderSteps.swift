import ReaderKit
import ReaderTransport
import Station

// Opening, what a reader says of itself, and presence.

extension ContractRunner {
    func open() throws(ContractFailure) {
        reader = try check(.works) { () throws(ReaderError) in try bench.open() }
        begin()
    }

    /// A reader that is open knows no card yet, and what was asked before is over.
    private func begin() {
        known = CardPresence(isPresent: false, changes: 0)
        channel = nil
        prompts = [:]
        abandoned = []
    }

    func reopen(within limit: Duration) throws(ContractFailure) {
        reader?.close()
        reader = nil
        let deadline = deadline(limit)
        while true {
            do throws(ReaderError) {
                reader = try bench.open()
                return begin()
            } catch {
                try expect(station.now < deadline && !station.isCancelled, "the reader back within \(limit)", "\(error)")
            }
            pass(.milliseconds(500))
        }
    }

    /// Lets time pass; what happens meanwhile is for nobody.
    private func pass(_ time: Duration) {
        let end = station.now + time
        while case .event = station.next(until: end) {}
    }

    // MARK: What it says of itself

    func checkIdentity() throws(ContractFailure) {
        let reader = try theReader()
        try expect(reader.name == bench.readerName, "the name '\(bench.readerName)'", "'\(reader.name)'")
        try expect(reader.slotCount >= 1, "a slot at least", "\(reader.slotCount)")
    }

    func checkFacets() throws(ContractFailure) {
        let reader = try theReader() as? any FacetedReader
        let there: [(ContractFacet, Bool)] = [
            (.patientScreen, reader?.patientScreen != nil), (.face, reader?.face != nil), (.pinPad, reader?.pinPad != nil),
            (.staffPanel, reader?.staffPanel != nil), (.escape, reader?.escape != nil),
        ]
        for (facet, isThere) in there {
            let isDeclared = bench.offers.contains(.facet(facet))
            try expect(isThere == isDeclared, "the facet \(facet.rawValue): \(isDeclared)", "\(isThere)")
        }
    }

    func checkScreens() throws(ContractFailure) {
        guard let screen = (try theReader() as? any FacetedReader)?.patientScreen else {
            throw ContractFailure(expected: "a screen", got: "none")
        }
        for kind in Screen.Kind.allCases {
            let isDeclared = bench.offers.contains(.screen(kind))
            try expect(screen.offered.contains(kind) == isDeclared, "the screen \(kind.rawValue): \(isDeclared)", "\(!isDeclared)")
            if !isDeclared { try check(.fails(.notSupported)) { () throws(ReaderError) in _ = try screen.show(.sample(kind)) } }
        }
    }

    // MARK: Presence

    func awaitPresence(_ isPresent: Bool, changes: UInt32?, within limit: Duration) throws(ContractFailure) {
        let before = known
        let deadline = deadline(limit)
        while let presence = try nextPresence(until: deadline) {
            known = presence
            let counted = presence.changes &- before.changes
            if presence.isPresent == isPresent, changes == nil || counted == changes { return }
            try expect(changes == nil || counted < changes ?? 0, "\(isPresent) after \(changes ?? 0) changes", "\(presence)")
        }
        throw ContractFailure(expected: "a card: \(isPresent)", got: "nothing new within \(limit) after \(known)")
    }

    /// The next presence that differs from what is known; `nil` where there is none in time.
    private func nextPresence(until deadline: Instant) throws(ContractFailure) -> CardPresence? {
        let reader = try theReader()
        let watch = reader.watchPresence(slot: 0, known: known)
        guard case .event = station.next(from: reader.source, token: watch.rawValue, until: deadline) else {
            reader.abandon(watch)
            return nil
        }
        let presence = try check(.works) { () throws(ReaderError) in try reader.presence(watch) }
        try expect(presence != known, "a presence other than \(known)", "the same")
        return presence
    }

    func awaitNoPresence(for time: Duration) throws(ContractFailure) {
        let presence = try nextPresence(until: deadline(time))
        try expect(presence == nil, "no change for \(time)", presence.map { "\($0)" } ?? "")
    }

    func awaitPresenceFailure(_ outcome: ContractOutcome, within limit: Duration) throws(ContractFailure) {
        let reader = try theReader()
        let watch = reader.watchPresence(slot: 0, known: known)
        switch station.next(from: reader.source, token: watch.rawValue, until: deadline(limit)) {
        case .event: try check(outcome) { () throws(ReaderError) in try reader.presence(watch) }
        case .deadline, .cancelled:
            reader.abandon(watch)
            throw ContractFailure(expected: "\(outcome)", got: "nothing within \(limit)")
        }
    }

    func abandonWatch() throws(ContractFailure) {
        let reader = try theReader()
        let watch = reader.watchPresence(slot: 0, known: known)
        reader.abandon(watch)
        abandoned.insert(watch.rawValue)
    }
}

extension Screen {
    /// One of each kind.
    static func sample(_ kind: Kind) -> Screen {
        switch kind {
        case .placeCard: .placeCard
        case .chooseMethod: .chooseMethod([.face, .pin])
        case .lookIntoCamera: .lookIntoCamera
        case .enterPIN: .enterPIN(triesLeft: 3)
        case .chooseConsent: .chooseConsent
        case .consent: .consent(.surgery)
        case .done: .done(name: "試験 花子")
        case .removeCard: .removeCard
        case .message: .message(.init(ja: "受付に声をかけてください。", en: "Please ask at the reception."))
        }
    }
}
