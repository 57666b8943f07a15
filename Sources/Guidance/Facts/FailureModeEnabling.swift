import Diagnosis

/// How 資格情報照会（システム障害時） is enabled: four steps (R136–R138). It belongs to that function alone.
public struct FailureModeEnabling: Sendable, Hashable {
    /// Who acts in a step.
    public enum Actor: String, Sendable, Hashable {
        /// The medical institution or pharmacy.
        case facility
        /// オンライン資格確認等コールセンター.
        case callCentre
        /// 医療保険情報提供等実施機関.
        case implementingBody
    }

    /// What is handed over in a step.
    public enum Item: String, Sendable, Hashable {
        /// 医療機関コード.
        case institutionCode
        /// 医療機関・薬局名.
        case facilityName
        /// 担当者名.
        case contactName
        /// The wish to use the function (利用希望の旨).
        case wish
        /// The form of the report (利用報告書), by mail.
        case reportForm
        /// The filled-in report.
        case report
    }

    /// A step.
    public struct Step: Sendable, Hashable {
        /// Who acts.
        public let actor: Actor
        /// What is handed over.
        public let items: Set<Item>
        /// What happens.
        public let sentence: Sentence
    }

    /// The steps in their order.
    public var steps: [Step]
    /// How many of them are needed until the function is open.
    public var stepsUntilOpen: Int
    /// About how long those take (およそ30分程度, R137), in minutes.
    public var minutesUntilOpen: Int
    /// The title of the mail with the report (R138).
    public var reportTitle: String

    /// As the source has it.
    public static let standard = FailureModeEnabling(
        steps: [
            Step(
                actor: .facility, items: [.institutionCode, .facilityName, .contactName, .wish],
                sentence: Sentence(
                    ja: "コールセンターへ連絡し、医療機関コード、医療機関・薬局名、担当者名と利用希望の旨を伝える。",
                    en: "Call the call centre and give institution code, facility, contact and the wish to use the function.")),
            Step(
                actor: .callCentre, items: [.reportForm],
                sentence: Sentence(
                    ja: "コールセンターが保険医療機関届に記載の電話番号へ電話し、利用報告書をメールで送付する。",
                    en: "The call centre calls the telephone number that is registered and mails the form of the report.")),
            Step(
                actor: .implementingBody, items: [],
                sentence: Sentence(
                    ja: "実施機関が利用設定を行い、担当者から電話等で連絡する。",
                    en: "The implementing body enables the function and calls the facility.")),
            Step(
                actor: .facility, items: [.report],
                sentence: Sentence(
                    ja: "資格確認を行い、後日、利用報告書を届いたメールアドレスに提出する。",
                    en: "Verify eligibility, and mail the report later to the address that came with the form.")),
        ], stepsUntilOpen: 3, minutesUntilOpen: 30, reportTitle: "システム障害時機能の利用報告")

    /// What a step, counted from 1, still lacks of what is handed over in it; `nil` where there is no such step.
    public func missing(inStep number: Int, given: Set<Item>) -> Set<Item>? {
        steps.indices.contains(number - 1) ? steps[number - 1].items.subtracting(given) : nil
    }
}
