import Centre
import CentreSimulator
import Eligibility
import MedicalAccess
import Reception

/// The rules of the flows beside the certified reader, and of the centre, as data: for whoever wants to know what a scenario notices.
public struct FlowRules: Sendable {
    /// What can be set in the limited app.
    public var limitedMethods: [IdentityMethod] = [.visual, .pin]
    /// On which devices the limited app runs.
    public var limitedDevices = DeviceRules.limited
    /// How long a result of the limited type is kept.
    public var retention = KeptResults.Retention.standard
    /// The home app.
    public var home = HomeConsentApp.Rules()
    /// The web reception.
    public var web = WebReception.Rules()
    /// What must be filled in at a search while the system has failed.
    public var search = SearchRules.standard
    /// The bulk inquiry.
    public var bulk = BulkInquiry.Rules()
    /// Which results of a bulk inquiry count without another look.
    public var trusted: Set<QualificationValidity> = [.valid]
    /// Who may see what at the facility.
    public var viewing = ViewingRules.standard
    /// The centre.
    public var centre = CentreRules.standard

    /// The rules of the guidance.
    public init() {}
}
