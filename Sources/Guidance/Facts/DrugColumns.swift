/// The columns in which a receipt computer shows drugs; they may differ from one to the other (R191), and the sources show two.
public struct DrugColumns: Sendable, Hashable {
    /// The headings in their order.
    public var headings: [String]

    /// Columns.
    public init(headings: [String]) { self.headings = headings }

    /// The view of the eligibility terminal (R092).
    public static let terminal = DrugColumns(headings: [
        "診療月", "入/外/調", "処方日", "調剤日", "用法", "特別指示", "内服/外用/注射", "薬剤名(商品名)", "薬剤名(一般名)", "数量", "回数(回単位数)",
    ])
    /// The view of a receipt computer in the sources: without 特別指示, with 数量単位.
    public static let receiptComputer = DrugColumns(headings: [
        "入/外/調", "診療月", "処方日", "調剤日", "用法", "内服/外用/注射", "薬剤名(商品名)", "薬剤名(一般名)", "数量単位", "回数(回単位数)",
    ])

    /// A record in these columns: what it has not is empty, and what has no column is left out.
    public func cells(of record: [String: String]) -> [String] { headings.map { record[$0] ?? "" } }
}
