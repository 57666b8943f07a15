import Diagnosis
import Station

/// What the staff do at a reader: the passcode for a visual check (目視確認用パスコード), the check itself, and a restart.
public protocol StaffPanel: AnyObject {
    /// Whether 職員用ボタン is shown on the idle screen: the firmware has it, a passcode was issued and the reader restarted since (R165).
    var showsStaffButton: Bool { get }

    /// Tells the reader that a passcode has been issued.
    func announcePasscode() throws(ReaderError)

    /// Shows the keypad 目視確認用パスコードを入力してください with 中止. Its event comes when four digits were typed or it was left.
    func askPasscode() throws(ReaderError) -> PromptID

    /// The four digits, or `nil` where 中止 was pressed or nobody typed. They are never the patient's PIN (R166).
    func passcode(_ prompt: PromptID) throws(ReaderError) -> Secret?

    /// Shows 資格確認を開始します。目視で本人確認を行いマイナンバーカードを置いてください。 with 中止, until a card lies there or it is left.
    func waitForVisualCheck() throws(ReaderError) -> PromptID

    /// Whether 中止 was pressed, once the event has come; a card that was placed comes as presence.
    func wasLeft(_ prompt: PromptID) throws(ReaderError) -> Bool

    /// Takes either back.
    func withdraw(_ prompt: PromptID)

    /// Starts the reader anew: it leaves and comes back as another attachment.
    func restart() throws(ReaderError)
}

/// A way to a maker's own commands (PC_to_RDR_Escape, SCardControl).
public protocol EscapeLane: AnyObject {
    /// Sends a command of the maker's own and waits for the answer.
    func escape(_ bytes: [UInt8], until deadline: Instant) throws(ReaderError) -> [UInt8]
}
