import Diagnosis
import JapaneseCalendar

/// What is printed on a card, put together into what its applications compare.
///
/// The form was found on cards by several independent open-source projects: era year, month and day of birth, without the era; the year
/// of expiry; the security code (セキュリティコード).
public enum VisualCode {
    /// 照合番号B, 14 digits.
    ///
    /// - Parameters:
    ///   - birth: The day of birth (生年月日).
    ///   - expiryYear: The year in which the card expires, in the Gregorian calendar.
    ///   - securityCode: The four digits beside the photograph.
    /// - Returns: The digits as a secret.
    /// - Throws: `pin-malformed` for a security code that is not four digits, `card-birth-unusable` for a day before Meiji.
    public static func make(birth: CalendarDay, expiryYear: Int, securityCode: Secret) throws(CardError) -> Secret {
        let form = SecretForm.digits(4)
        guard form.fits(securityCode) else { throw .secretMalformed(form) }
        guard (1000...9999).contains(expiryYear) else { throw .secretMalformed(.digits(14)) }
        let birthday = try eraNumbers(birth)
        return securityCode.withBytes { code in
            makeSecret(count: 14) { digits in
                var position = 0
                for number in birthday { put(number, width: 2, at: &position, into: &digits) }
                put(expiryYear, width: 4, at: &position, into: &digits)
                for index in code.indices { digits[position + index] = code[index] }
            }
        }
    }

    /// The 生年月日 key, 6 digits.
    ///
    /// - Throws: `card-birth-unusable` for a day before Meiji.
    public static func birthKey(_ birth: CalendarDay) throws(CardError) -> Secret {
        let birthday = try eraNumbers(birth)
        return makeSecret(count: 6) { digits in
            var position = 0
            for number in birthday { put(number, width: 2, at: &position, into: &digits) }
        }
    }

    private static func eraNumbers(_ birth: CalendarDay) throws(CardError) -> [Int] {
        guard let year = JapaneseEra.year(of: birth)?.year, year <= 99 else { throw .birthUnusable }
        return [year, birth.month, birth.day]
    }

    private static func put(_ number: Int, width: Int, at position: inout Int, into digits: inout MutableSpan<UInt8>) {
        var rest = number
        for index in stride(from: position + width - 1, through: position, by: -1) {
            digits[index] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
            rest /= 10
        }
        position += width
    }
}
