import Cards
import Centre
import Certificates
import JapaneseCalendar
import MedicalAccess

/// 2026-04-01 09:00:00 in Japan, when everything begins here.
let opening: Int64 = 1_775_001_600

/// The verdict on a certificate that serves.
let valid: CertificateVerdict = {
    guard let issuer = try? Certificate(der: SyntheticHolder.hanako.authenticationAuthority) else { return .notChecked }
    return .valid(issuedBy: issuer, domain: .synthetic)
}()

/// The word by which the tests find what is left of a person.
let hanakosName = "試験 花子"

/// What the centre says of somebody who has consented to everything: more than the limited type may show.
func answer(_ validity: QualificationValidity = .valid, patient: String = "p1", name: String = hanakosName) -> EligibilityAnswer {
    let day = CalendarDay(inJapanAtUnixTime: opening)
    var answer = EligibilityAnswer(
        validity: validity,
        qualification: Qualification(
            insurerNumber: "06990015", insurerName: "試験健保", symbol: "1234", number: "5698", branch: "01", contributionPercent: 30,
            from: day,
            lostOn: nil),
        person: InsuredPerson(name: name, kana: "シケン ハナコ", birth: day, sex: 2))
    answer.patient = PatientKey(patient)
    answer.consents = [.drugs: ConsentState(flag: .given, setting: .outpatient, time: opening, availableUntil: opening + 86_400)]
    answer.specifiedDiseases = SealedRecords(.specifiedDisease([]), of: PatientKey(patient))
    return answer
}

/// One drug of somebody.
let drugs = MedicalRecords.drugs([
    DrugRecord(
        kind: .outpatient, prescribed: CalendarDay(inJapanAtUnixTime: opening), dispensed: nil, usage: "１日３回毎食後", instruction: nil,
        form: .oral, product: "試験錠５ｍｇ", generic: nil, quantity: "3", unit: "錠", times: 7)
])
