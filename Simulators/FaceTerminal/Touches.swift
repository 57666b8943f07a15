import Diagnosis
import Staging
import Station

// What touches of the panel lead to.

extension FaceTerminal {
    /// Whether the camera's screen is shown while it compares: then 終了する and time-outs are the comparison's.
    var isLookedAt: Bool { matching != nil && shown?.screen.kind == .camera }

    func choose(_ button: StagedButton, at now: Instant) {
        guard let answer = shown?.screen.answer(to: button) else { return touch(at: now) }
        if answer == .ended, keypad != nil {
            endKeypad(at: now)
            shown = nil
        } else if answer == .ended, isLookedAt {
            endMatch(.ended, at: now)
        } else {
            self.answer(answer, at: now)
        }
    }

    func pressStaffButton(at now: Instant) {
        guard showsStaffButton, shown?.screen.kind == .placeCard else { return touch(at: now) }
        answer(.staffButton, at: now)
    }

    func typePasscode(_ digits: Secret, at now: Instant) {
        guard shown?.screen.kind == .passcode else { return touch(at: now) }
        shown?.deadline = now + timing.untouched
        digits.withBytes { bytes in
            for index in bytes.indices { shown?.typed.append(bytes[index]) }
        }
        guard let typed = shown?.typed, typed.count >= 4 else { return tellTouch(at: now) }
        answer(.digits(Array(typed.prefix(4))), at: now)
    }

    func type(_ digits: Secret, at now: Instant) {
        guard var keypad else { return touch(at: now) }
        digits.withBytes { bytes in
            for index in bytes.indices where keypad.typed.count < keypad.digits { keypad.typed.append(bytes[index]) }
        }
        keypad.deadline = now + keypad.patience
        guard keypad.typed.count == keypad.digits else {
            self.keypad = keypad
            return tellTouch(at: now)
        }
        self.keypad = nil
        shown = nil
        tell(.keypad(.digits(Secret(keypad.typed))), now)
    }

    /// A touch that answers nothing; what is shown waits anew.
    func touch(at now: Instant) {
        shown?.deadline = now + timing.untouched
        tellTouch(at: now)
    }

    /// Tells that somebody is there, once a second at most.
    private func tellTouch(at now: Instant) {
        if let lastTouch, now < lastTouch + .seconds(1) { return }
        lastTouch = now
        tell(.touched, now)
    }

    func answer(_ answer: PanelAnswer, at now: Instant) {
        guard let answered = shown else { return }
        shown = nil
        tell(.answered(prompt: answered.prompt, answer), now)
    }

    func endKeypad(at now: Instant) {
        guard keypad != nil else { return }
        keypad = nil
        tell(.keypad(.ended), now)
    }

    /// Ends the comparison without a verdict; the camera's screen is over with it.
    func endMatch(_ ending: MatchEnding, at now: Instant) {
        guard let ended = matching else { return }
        matching = nil
        if shown?.screen.kind == .camera { shown = nil }
        tell(.match(prompt: ended.prompt, ending), now)
    }
}
