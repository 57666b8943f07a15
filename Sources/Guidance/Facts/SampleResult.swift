/// The sample of the result's screen in the sources (R084), label by label.
///
/// It contradicts itself (`SourceParameters.sampleAge`, `.insurerNumberDigits`): it is shown as it is and never computed with.
public enum SampleResult {
    /// The cells in their order.
    public static let cells: [(label: String, value: String)] = [
        ("シメイ", "コウロウ タロウ"), ("氏名", "厚労 太郎"), ("性別", "男"), ("生年月日", "昭和45年1月1日"), ("年齢", "50歳"),
        (SourceParameters.resultDate.standard, "令和元年11月1日"), ("保険者番号", "12345"), ("保険者名", "XX健保"),
        ("記号・番号・枝番", "1234 5698910 01"), ("患者区分", "健康保険組合 本人 3割"), ("郵便番号", "123-4567"), ("住所", "東京都港区XX-XX"),
        ("電話番号1", "XX-XXXX-XXXX"), ("電話番号2", "XXX-XXX-XXXX"), ("資格取得年月日", "平成28年7月1日"), ("交付年月日", "平成28年7月1日"),
        ("有効期限", "平成28年7月1日 ～ 令和4年7月1日"),
    ]
}
