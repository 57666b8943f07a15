/// Where a patient is treated (診療等の区分, code table OQSCD028): it decides how long a consent lasts.
public enum CareSetting: Int, Sendable, Hashable, CaseIterable {
    /// 外来
    case outpatient = 1
    /// 訪問診療等
    case homeVisit = 2
    /// オンライン診療等
    case online = 3
    /// 救急
    case emergency = 4
}

/// What a message says of a consent (同意フラグ, code table OQSCD016).
public enum ConsentFlag: Int, Sendable, Hashable, CaseIterable {
    /// 同意なし
    case none = 0
    /// 同意あり
    case given = 1
    /// 有効期限切れ: at home and online only.
    case expired = 2
    /// 同意取得不可: in an emergency only.
    case unobtainable = 3
}

/// Why a consent at home or online holds no longer (失効理由, code table OQSCD031).
public enum ConsentEnding: Int, Sendable, Hashable, CaseIterable {
    /// 設定による
    case setting = 0
    /// 医療機関等による取消
    case cancelledByInstitution = 1
    /// 患者による取消
    case cancelledByPatient = 2
    /// 利用の変更
    case changeOfUse = 3
}
