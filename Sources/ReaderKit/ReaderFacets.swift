/// What a certified reader can do beside reading cards. Each is there exactly when the reader has it and behaves so.
public protocol FacetedReader: Reader {
    /// The screen that the patient sees.
    var patientScreen: (any PatientScreen)? { get }
    /// The camera.
    var face: (any FaceCamera)? { get }
    /// The keypad.
    var pinPad: (any PINPad)? { get }
    /// What the staff do.
    var staffPanel: (any StaffPanel)? { get }
    /// The way to the maker's own commands.
    var escape: (any EscapeLane)? { get }
}
