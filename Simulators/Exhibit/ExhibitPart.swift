/// A part of the exhibit that can be left out, to see what becomes of a program without it.
public enum ExhibitPart: String, Sendable, Hashable, CaseIterable {
    /// The screen that the patient sees. What needs it is not reached without: camera, keypad and staff panel stay dark.
    case screen
    /// The camera that reads cards and compares faces.
    case camera
    /// The keypad: PC_to_RDR_Secure.
    case keypad
    /// 職員用ボタン, the passcode and the visual check: an old firmware.
    case staffPanel = "staff-panel"
    /// The place for the facility's name on the idle screen.
    case facilityName = "facility-name"
    /// The maker's own commands: PC_to_RDR_Escape, and with it lights, buzzer and the version of the firmware.
    case escapes
    /// The slot with contacts.
    case contactSlot = "contact-slot"
    /// APDUs of extended length: the contactless slot takes short ones only.
    case extendedLength = "extended-length"
    /// The serial number.
    case serialNumber = "serial-number"
}
