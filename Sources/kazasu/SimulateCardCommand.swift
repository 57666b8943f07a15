import Commands
import Diagnosis
let simulateCardCommand = Command("card", Sentence(ja: "", en: ""), run: { _ in 0 })
