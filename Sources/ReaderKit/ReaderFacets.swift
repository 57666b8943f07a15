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
    /// The facility's name on the idle screen.
    var facilitySign: (any FacilitySign)? { get }
}

extension FacetedReader {
    /// Most readers have no place for it.
    public var facilitySign: (any FacilitySign)? { nil }
}

/// The name of the facility (医療機関・薬局名) on the idle screen of a reader (R068).
public protocol FacilitySign: AnyObject {
    /// Has the idle screen show this name from now on; what is too long for it is cut.
    func show(facility name: String) throws(ReaderError)
}
