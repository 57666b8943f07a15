/// The value in upper-case hexadecimal, two digits a byte.
func hexadecimal(_ value: some FixedWidthInteger & UnsignedInteger) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: value.bitWidth / 4 - digits.count) + digits
}
