/** Example sentences, each understood without questions. */
const TO_MAKE = [
  "Email me every morning if a competitor undercuts us by more than 10%",
  "Email me a sales summary every Monday at 8 am",
  "Text me when stock runs low",
  "What do I have?",
] as const;
const TO_ASK = ["What do I have?", "Did anything fail?", "How did we do yesterday?"] as const;

export const suggestions = (mayEdit: boolean): readonly string[] => (mayEdit ? TO_MAKE : TO_ASK);
