import MedicalAccess
import Station

/// What the terminal sets at a certified reader: 顔認証付きカードリーダー操作 › 目視確認, and the tick 目視で本人確認完了 (R154, R155).
///
/// It outlives visits: the mode stays until it is switched back, and while it is on no patient can use face. Used on its station's thread.
public final class ReaderModeAtTerminal {
    /// The mode that is on.
    public private(set) var mode = ReaderMode.unattended
    /// Why the staff have looked at the patient who comes next; `nil` without the tick. It is used up by one visit.
    public private(set) var tick: VisualCheckReason?
    /// Whether the mode goes back by itself after each visit. The sources know of readers that do not.
    public var returnsByItself = false
    /// Who may switch the mode: an administrator's account.
    public var mayBeSwitchedBy: Set<AccountRight> = [.administrator]
    /// The source of the events by which a visit under way is told.
    public let source: SourceID
    private let station: Station

    /// A reader in unattended mode.
    public init(on station: Station) {
        self.station = station
        source = station.makeSource()
    }

    /// Switches the mode, at once; false where this account may not.
    public func choose(_ mode: ReaderMode, by right: AccountRight) -> Bool {
        guard mayBeSwitchedBy.contains(right) else { return false }
        set(mode)
        return true
    }

    /// 目視で本人確認完了: the staff have compared the patient with the photograph. It counts for the card that is placed next.
    public func confirmSight(_ reason: VisualCheckReason) {
        guard mode == .visual else { return }
        tick = reason
        tell(.sightConfirmed(reason))
    }

    /// A visit is over: what was ticked was for that patient.
    func visitEnded() {
        tick = nil
        if returnsByItself { mode = .unattended }
    }

    private func set(_ mode: ReaderMode) {
        self.mode = mode
        tick = nil
        tell(.modeSwitched(mode))
    }

    private func tell(_ input: VisitInput) {
        station.schedule(Event(source: source, token: station.makeToken(), payload: input), at: station.now)
    }
}
