import CReaderPlugin
import Diagnosis
import ISO7816
import ReaderKit
import Station

extension PluginReader: PromptingReader {
    /// The screen, where the plugin has one.
    public var patientScreen: (any PatientScreen)? { device.functions.screen == nil ? nil : self }
    /// The camera, where the plugin has one.
    public var face: (any FaceCamera)? { device.functions.camera == nil ? nil : self }
    /// The keypad, where the plugin has one.
    public var pinPad: (any PINPad)? { device.functions.keypad == nil ? nil : self }
    /// What the staff do, where the plugin has it.
    public var staffPanel: (any StaffPanel)? { device.functions.staff == nil ? nil : self }
    /// The vendor's own commands, where the plugin has them.
    public var escape: (any EscapeLane)? { device.functions.escape == nil ? nil : self }

    /// The screens of which the plugin says that the reader has them.
    public var offered: Set<Screen.Kind> {
        guard let bits = device.functions.screen?.offered else { return [] }
        return Set(Screen.Kind.allCases.filter { bits & 1 << PluginScreen.number(of: $0) != 0 })
    }

    /// Asks at once; the prompt ends by what the plugin posts, or by itself some time after the reader should have ended it.
    public func ask(_ question: FacetQuestion) throws(ReaderError) -> PromptID {
        let (functions, handle) = (device.functions, device.handle)
        return try begin(question) { number in
            switch question {
            case .screen(let screen): PluginScreen(screen).lend { functions.screen?.show(handle, number, $0) }
            case .cardFace: functions.camera?.read_card_face(handle, number)
            case .match(let photograph): functions.camera?.match(handle, number, photograph, photograph.count)
            case .passcode: functions.staff?.ask_passcode(handle, number)
            case .visualCheck: functions.staff?.wait_for_visual_check(handle, number)
            // Which slot it is for is known to `verify` only.
            case .pin: nil
            }
        }
    }
}

extension PluginReader: PINPad {
    /// Asks for a PIN; the plugin has the card verify it.
    public func verify(_ header: CommandHeader, digits: Int, slot: UInt8) throws(ReaderError) -> PromptID {
        // ISO/IEC 7816-4 clause 11.5.6; digits in any other command could be written or read.
        guard header.ins == 0x20 else { throw ReaderError(.notSupported, cause: "a PIN goes into a VERIFY only") }
        guard slot < slotCount else { throw ReaderError(.readerUnusable, cause: "there is no slot \(slot)") }
        guard let count = UInt32(exactly: digits), count > 0 else { throw ReaderError(.notSupported, cause: "a PIN of \(digits) digits") }
        let (functions, handle) = (device.functions, device.handle)
        return try begin(.pin(header, digits: digits)) { number in
            functions.keypad?.verify(handle, number, UInt32(slot), [header.cla, header.ins, header.p1, header.p2], count)
        }
    }

    /// How it ended.
    public func result(_ prompt: PromptID) throws(ReaderError) -> PINPadResult {
        guard case .pin(let result) = try prompts.take(prompt) else {
            throw ReaderError(.inputOutput, cause: "the prompt asked something else")
        }
        return result
    }
}

extension PluginReader {
    /// Whether the plugin says that 職員用ボタン is shown.
    public var showsStaffButton: Bool {
        guard let staff = device.functions.staff, (try? check()) != nil else { return false }
        return staff.shows_staff_button(device.handle) == 1
    }

    /// Tells the reader that a passcode has been issued.
    public func announcePasscode() throws(ReaderError) {
        try call(until: station.now + Self.patience) {
            device.functions.staff?.announce_passcode(device.handle, $0) ?? KAZASU_NOT_SUPPORTED
        }
    }

    /// Starts the reader anew; the plugin posts that it has gone.
    public func restart() throws(ReaderError) {
        try call(until: station.now + Self.patience) {
            device.functions.staff?.restart(device.handle, $0) ?? KAZASU_NOT_SUPPORTED
        }
    }
}

extension PluginReader: EscapeLane {
    /// Sends a command of the vendor's own.
    public func escape(_ bytes: [UInt8], until deadline: Instant) throws(ReaderError) -> [UInt8] {
        var answer: [UInt8] = []
        try receive(into: &answer, least: 0, until: deadline) { buffer, count, timeout in
            device.functions.escape?.escape(device.handle, bytes, bytes.count, buffer.baseAddress, buffer.count, &count, timeout)
                ?? KAZASU_NOT_SUPPORTED
        }
        return answer
    }
}
