"""What the fields of a chart are called on a page, and the words they take.

Keyed by the field's name in the contract, or by part and field where one name means two things.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from euthymia.clinic.patients.parts import Part
from euthymia.clinic.patients.shapes import Line
from euthymia.library import shipped

Said = Any
"""A word that waits for the reader's language."""

LABELS: Mapping[str, Said] = {
    "icd10cm": _("ICD-10-CM code"),
    "onset": _("Began on"),
    "resolved": _("Ended on"),
    "note": _("Note"),
    "months": _("Length of this episode, months"),
    "severity": _("Severity"),
    "longest_well_period_days": _("Longest well period within it, days"),
    "lifetime_episodes": _("Episodes in life, this one counted"),
    "first_onset_age_years": _("Age at the first episode, years"),
    "id": _("Short name in the chart"),
    "drug": _("Medicine"),
    "dose_mg": _("Mean daily dose, mg"),
    "days_at_dose": _("Days at that dose"),
    "start": _("First day"),
    "end": _("Last day"),
    "pdc": _("Share of days with medicine in hand"),
    "improvement_pct": _("Improvement, percent"),
    "peak_improvement_pct": _("Best improvement, later lost, percent"),
    "scale_change__instrument": _("Scale"),
    "scale_change__before": _("Total before"),
    "scale_change__after": _("Total after"),
    "stop_reason": _("How it ended"),
    "trials.episode": _("In which episode"),
    "nondrug_trials.episode": _("In which episode"),
    "indication": _("Given for"),
    "augments": _("Augments this medicine"),
    "added_to": _("Added to this medicine, which had failed"),
    "combination": _("Started together with others: one word for the set"),
    "optimised": _("A second push with a medicine already tried"),
    "serum_level__value": _("Serum level"),
    "serum_level__unit": _("Unit of the level"),
    "kind": _("Kind"),
    "placement": _("Placement of the electrodes"),
    "sessions": _("Sessions"),
    "name": _("Name"),
    "loinc": _("Test (LOINC code)"),
    "labs.value": _("Result"),
    "unit": _("Unit (UCUM)"),
    "date": _("Date"),
    "percentile_75": _("The laboratory's own 75th percentile"),
    "systolic_mmhg": _("Systolic pressure, mmHg"),
    "diastolic_mmhg": _("Diastolic pressure, mmHg"),
    "heart_rate_per_min": _("Heart rate, per minute"),
    "spo2_pct": _("Oxygen saturation, percent"),
    "respiratory_rate_per_min": _("Breaths per minute"),
    "weight_kg": _("Weight, kg"),
    "height_cm": _("Height, cm"),
    "bmi_kg_per_m2": _("Body mass index, kg/m2"),
    "instrument": _("Scale"),
    "total": _("Total"),
    "items": _("Answers"),
    "dose_mg_per_day": _("Daily dose, mg"),
    "since": _("Taken since"),
    "snomed": _("SNOMED CT code"),
    "text": _("What it is, in words"),
    "location": _("Where in the body"),
    "material": _("Material"),
    "distance_to_coil_cm": _("Distance to the coil, cm"),
    "mr_conditional_card": _("Is there a card that says MR conditional?"),
    "months_ago": _("Months ago"),
    "age_years": _("Age at the time, years"),
    "complex": _("Was it complex?"),
    "sleep_hours": _("Sleep last night, hours"),
    "escort": _("Is there someone to take the patient home?"),
    "fasted": _("Fasted as asked?"),
    "anxious_distress": _("Anxious distress"),
    "anhedonia": _("Loss of pleasure"),
    "insomnia": _("Insomnia"),
    "executive_impaired": _("Trouble planning and deciding"),
    "executive_z": _("Executive test, z-score"),
    "childhood_trauma": _("Trauma in childhood"),
    "employment": _("Work"),
    "housing": _("Housing"),
    "social_support": _("Support by others"),
    "ptsd": _("Post-traumatic stress disorder"),
    "perceived_criticism": _("How critical those at home are, 1 to 10"),
    "stimulator": _("Stimulator"),
    "protocol": _("Protocol"),
    "motor_threshold__pct_mso": _("Motor threshold, percent of output"),
    "motor_threshold__method": _("Found by"),
    "motor_threshold__date": _("Found on"),
    "head__tragus_to_tragus_cm": _("Ear to ear over the top (tragus to tragus), cm"),
    "head__nasion_to_inion_cm": _("Front to back over the top (nasion to inion), cm"),
    "head__circumference_cm": _("Around the head, cm"),
    "scalp_to_cortex__motor_mm": _("Scalp to motor cortex, mm"),
    "scalp_to_cortex__target_mm": _("Scalp to target, mm"),
    "mg_per_kg": _("Dose, mg per kg"),
    "minutes": _("Over how many minutes"),
    "session_number": _("Which session this will be"),
    "previous_basis": _("Body weight of the last dose"),
    "previous_dose_mg": _("Last dose, mg"),
    "rems_enrolled": _("Enrolled in the REMS program"),
    "prefers": _("Would prefer"),
    "declines": _("Declines"),
    "weights__benefit": _("That it helps"),
    "weights__speed": _("That it helps soon"),
    "weights__durability": _("That it lasts"),
    "weights__side_effects": _("Few side effects"),
    "weights__burden": _("Few visits"),
    "weights__driving": _("Being able to drive"),
    "weights__cost": _("Low cost"),
    "complete.value": _("I asked about every one of these"),
    "antidepressants_failed.value": _("How many failed"),
    "finding": _("Finding"),
    "by": _("Physician"),
    "reason": _("Reason"),
}

HINTS: Mapping[str, Said] = {
    "icd10cm": _("Capitals and the dot, such as F33.1. Leave the dates empty if not known."),
    "drug": _("Ingredient or brand; choose from the list where it is there."),
    "dose_mg": _("Over the days counted beside it."),
    "pdc": _("From 0 to 1: 0.95 is 95 percent. Leave empty if nobody counted."),
    "improvement_pct": _("0 is no change, 100 is well; below 0 is worse."),
    "loinc": _("Choose from the list, or type a LOINC code such as 3016-3."),
    "labs.value": _("A number, or a word such as positive."),
    "combination": _("The same word on each, such as mix1."),
    "longest_well_period_days": _("Days in a row without being ill since it began."),
    "text": _("Such as: aneurysm clip. Or give its code below."),
    "antidepressants_failed.value": _("Read only while no single trial is recorded."),
    "indication": _("Leave empty for depression."),
    "finding": _("Its id, as the assessment shows it."),
    "snomed": _("6 to 18 digits, if you know it."),
    "perceived_criticism": _("1: not at all. 10: very."),
    "mg_per_kg": _("The order in mind; it is not given by writing it here."),
}

WORDS: Mapping[str, Said] = {
    "yes": _("Yes"),
    "no": _("No"),
    "unsure": _("Unsure"),
    "subsyndromal": _("Below the threshold"),
    "mild": _("Mild"),
    "moderate": _("Moderate"),
    "severe_without_psychosis": _("Severe, without psychosis"),
    "severe_with_psychosis": _("Severe, with psychosis"),
    "lack_of_efficacy": _("It did not help enough"),
    "intolerance": _("It was not tolerated"),
    "patient_choice": _("The patient chose to stop"),
    "ongoing": _("It is still taken"),
    "current": _("This episode"),
    "earlier": _("An earlier one"),
    "dose": _("By a higher dose"),
    "duration": _("By more time"),
    "ect": _("Electroconvulsive therapy (ECT)"),
    "tms": _("Magnetic stimulation (TMS)"),
    "vns": _("Vagus nerve stimulation"),
    "dbs": _("Deep brain stimulation"),
    "psychotherapy": _("Psychotherapy"),
    "light": _("Light therapy"),
    "tms_induced": _("During TMS"),
    "severe_lack": _("Severe lack"),
    "emg": _("EMG"),
    "visual": _("Looking at the hand"),
    "hf10_left_std": _("10 Hz left, standard"),
    "hf10_left_short": _("10 Hz left, short"),
    "itbs_600": _("Intermittent theta burst, 600 pulses"),
    "lf1_right": _("1 Hz right"),
    "bilateral_seq": _("Bilateral, in sequence"),
    "bilateral_tbs": _("Bilateral theta burst"),
    "ctbs_600": _("Continuous theta burst, 600 pulses"),
    "dtms_h1": _("Deep TMS, H1 coil"),
    "snt_saint": _("Accelerated (SNT)"),
    "labs": _("Laboratory"),
    "medications": _("Medicines taken now"),
    "nondrug_trials": _("Other treatments tried"),
    "trials": _("Antidepressants tried"),
    "implants": _("Implants and devices"),
}


def label_of(line: Line) -> Said:
    """What the field is called; a question of a screen is asked as its page asks it."""
    room, _dot, screen = line.part.partition(".")
    if room == "screening" and screen in ("tass", "ketamine"):
        return shipped().facts[f"{screen}.{line.name}"].ask
    return LABELS.get(f"{line.part}.{line.name}", LABELS.get(line.name, plain(line.name)))


def hint_of(line: Line) -> Said:
    return HINTS.get(f"{line.part}.{line.name}") or HINTS.get(line.name) or ""


def said(line: Line, value: Any) -> Said:
    """A value of this field in words: `lack_of_efficacy` is "it did not help enough"."""
    if isinstance(value, list):
        told = (_("open") if one is None else said(line, one) for one in value)
        return ", ".join(map(str, told)) or "-"
    if line.kind == "yes_no":
        return WORDS["yes" if value else "no"]
    if line.kind == "names" and line.part == Part.PREFERENCES:
        page = shipped().therapies.get(value)
        return page.name if page else plain(value)
    if line.kind == "words":
        return word_of(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def word_of(value: Any) -> Said:
    page = shipped().instruments.get(str(value))
    return WORDS.get(str(value), page.name if page else plain(value))


def plain(word: Any) -> str:
    text = str(word).replace("_", " ")
    return text[:1].upper() + text[1:]
