import Station

/// What people do at a reader when nothing goes wrong (患者役), one line for each screen, with a human's pauses.
public struct StagedPatient: Sendable {
    /// How the patient proves who they are.
    public enum Way: String, Sendable, Hashable, CaseIterable {
        /// By the face.
        case face
        /// By the PIN.
        case pin
        /// By the staff's eye, who begin it by 職員用ボタン.
        case visual
    }

    /// What they do.
    public private(set) var lines: [StagedLine]

    /// How often a screen that comes again is answered in the same way.
    private static let patience = 5

    /// People who place the card `placing` after the reader asks for it, and whose other pauses are drawn from `random`.
    ///
    /// They consent to everything, at once or one by one as the reader asks, and take the card at the end, or when the reader asks for that.
    public init(_ way: Way, placing: Duration, using random: inout some RandomNumberGenerator) {
        func pause(_ milliseconds: ClosedRange<Int>) -> Duration { .milliseconds(Int.random(in: milliseconds, using: &random)) }
        func always(_ screen: StagedScreen, _ word: StagedWord, _ milliseconds: ClosedRange<Int>) -> [StagedLine] {
            (1...Self.patience).map { StagedLine(.shown(screen, time: $0, after: pause(milliseconds)), word) }
        }
        lines =
            switch way {
            case .face, .pin:
                [StagedLine(.shown(.placeCard, after: placing), .place)]
                    + always(.chooseMethod, .choose(way == .face ? .face : .pin), 1_200...2_500)
            case .visual:
                [StagedLine(.shown(.placeCard, after: placing), .pressStaffButton)] + always(.passcode, .typePasscode, 2_000...3_200)
                    + always(.visualCheck, .place, 3_000...6_000)
            }
        // Who was told to choose otherwise goes on by themselves.
        lines += always(.keypad, .typePIN, 2_000...3_200)
        lines += always(.chooseConsent, .choose(.consentToAll), 2_000...4_000) + always(.consent, .choose(.agree), 1_500...3_000)
        lines.append(StagedLine(.shown(.done, after: pause(1_500...3_000)), .remove))
        lines += always(.removeCard, .remove, 1_500...3_000)
    }

    /// The same people, who at these showings of screens do this instead of what they would do there. Who walks away hears no reminder.
    public func replacing(_ changes: [StagedLine]) -> StagedPatient {
        var changed = self
        let walksAway = changes.contains { $0.word == .walkAway }
        changed.lines.removeAll { line in
            changes.contains { $0.cue.isSameShowing(as: line.cue) } || walksAway && line.cue.isShowing(.removeCard)
        }
        changed.lines += changes
        return changed
    }
}

extension StagedEvent.Cue {
    /// Whether it waits for a showing of this screen.
    fileprivate func isShowing(_ screen: StagedScreen) -> Bool { if case .shown(screen, _, _) = self { true } else { false } }

    /// Whether both wait for the same showing of a screen.
    fileprivate func isSameShowing(as other: StagedEvent.Cue) -> Bool {
        if case .shown(let screen, let time, _) = self, case .shown(screen, time, _) = other { true } else { false }
    }
}
