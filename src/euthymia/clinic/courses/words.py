"""The words of a room: what each thing charted is called on the screen."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from euthymia.clinic.courses.models import Therapy

Words = Mapping[str, object]

READINGS: Words = {
    "systolic_mmhg": _("Systolic pressure, mmHg"),
    "diastolic_mmhg": _("Diastolic pressure, mmHg"),
    "heart_rate_per_min": _("Pulse, per minute"),
    "spo2_pct": _("Oxygen saturation, %"),
    "respiratory_rate_per_min": _("Breaths, per minute"),
    "moaas": _("Sedation (MOAA/S): 5 awake, 0 no response"),
    "cadss": _("Dissociation (CADSS), total"),
}
SHORT: Words = {
    "systolic_mmhg": _("systolic"),
    "diastolic_mmhg": _("diastolic"),
    "heart_rate_per_min": _("pulse"),
    "spo2_pct": _("oxygen"),
    "respiratory_rate_per_min": _("breaths"),
    "moaas": _("MOAA/S"),
    "cadss": _("CADSS"),
    "symptoms": _("symptoms"),
    "minutes": _("minutes"),
    "dose_mg": _("dose, mg"),
    "protocol": _("protocol"),
    "motor_threshold_pct_mso": _("motor threshold, % of output"),
    "motor_threshold_date": _("threshold measured on"),
    "intensity_pct_mt": _("intensity, % of threshold"),
    "rate_mg_per_min": _("rate, mg/min"),
    "text": _("text"),
    "by": _("by"),
    "of": _("of"),
}
SYMPTOMS: Words = {
    "chest pain": _("Chest pain"),
    "dyspnoea": _("Short of breath"),
    "severe headache": _("Severe headache"),
    "visual loss": _("Loss of vision"),
    "neurological deficit": _("Weakness, numbness or trouble speaking"),
    "seizure": _("Seizure"),
    "syncope": _("Fainting"),
    "asks to stop": _("Asks to stop"),
    "severe agitation": _("Severe agitation"),
    "psychosis": _("Psychosis"),
    "allergic reaction": _("Allergic reaction"),
    "iv infiltration": _("Infusion outside the vein"),
}
ONLY_INFUSION = frozenset({"iv infiltration"})
GATE: Words = {
    "sleep_hours": _("Hours slept last night"),
    "alcohol_24h": _("Alcohol in the last 24 hours?"),
    "drug_change": _("Any medicine changed since the last session?"),
    "new_implant": _("A new implant since the last session?"),
    "seizure_or_syncope_since": _("A seizure or fainting since the last session?"),
    "pregnancy_possible": _("Could the patient be pregnant?"),
    "metal_removed": _("Metal removed from head and neck?"),
    "hearing_protection": _("Hearing protection worn by patient and operator?"),
    "consent_valid": _("Signed consent still holds?"),
}
COURSE: Words = {
    "tms_elsewhere": _("TMS sessions given elsewhere in this course"),
}
DELIVERED: Words = {
    "pulses": _("Pulses given"),
    "output_pct_mso": _("Output of the stimulator, %"),
    "operator": _("Operator"),
    "adverse_events_reviewed": _("Side effects asked about?"),
}
LEAVING: Words = {
    "escort_present": _("Is an escort here?"),
    "oriented": _("Oriented to person, place and time?"),
    "walks_steadily": _("Walks steadily?"),
    "nausea_controlled": _("Nausea under control?"),
    "new_suicidal_intent": _("New intent to take their life?"),
    "advice_given": _("Advice for the way home given (no driving until tomorrow)?"),
}
EVENTS: Words = {
    "pump_stop": _("Pump stopped"),
    "pump_start": _("Pump started again"),
    "rate_change": _("Rate changed"),
    "resume_ordered": _("Prescriber orders the treatment on"),
    "dose_withheld": _("Dose withheld"),
    "oxygen": _("Oxygen given"),
    "oxygen_off": _("Oxygen taken off"),
    "rethreshold": _("Motor threshold measured again"),
    "adverse_event": _("Something happened (side effect, event)"),
}
EVENTS_OF: Mapping[str, tuple[str, ...]] = {
    Therapy.KETAMINE: (
        "pump_stop", "pump_start", "rate_change", "resume_ordered", "dose_withheld", "oxygen",
        "oxygen_off", "adverse_event",
    ),
    Therapy.ESKETAMINE: (
        "resume_ordered", "dose_withheld", "oxygen", "oxygen_off", "adverse_event",
    ),
    Therapy.TMS: ("rethreshold", "adverse_event"),
}  # fmt: skip
START: Mapping[str, object] = {
    Therapy.KETAMINE: _("Start the pump"),
    Therapy.ESKETAMINE: _("A device was given"),
    Therapy.TMS: _("First pulse"),
}
DECISIONS: Words = {
    "continue": _("Continue"),
    "proceed": _("Proceed"),
    "resume": _("Goes on"),
    "alert": _("Alert"),
    "oxygen_and_stimulate": _("Oxygen, and rouse the patient"),
    "hold": _("Hold: do not start"),
    "pause": _("Pause"),
    "stop": _("Stop"),
    "withdrawn": _("Taken back: its reading was struck out"),
}
STATES: Words = {
    "not_started": _("not started"),
    "running": _("running"),
    "paused": _("paused"),
    "stopped": _("stopped for today"),
    "completed": _("completed"),
}
WANTED: Words = {
    "time": _("enough time since the dose"),
    "blood_pressure": _("blood pressure low enough, and near the one before"),
    "spo2": _("oxygen saturation high enough"),
    "sedation": _("awake"),
    "dissociation": _("dissociation gone"),
    "orientation": _("oriented"),
    "gait": _("walks steadily"),
    "nausea": _("nausea under control"),
    "suicide_risk_review": _("asked about suicide, and no new intent"),
    "escort": _("an escort"),
    "advice": _("advice given"),
    "pulses": _("pulses given"),
    "output_pct_mso": _("output of the stimulator"),
    "operator": _("who operated"),
    "adverse_events_reviewed": _("side effects asked about"),
    "hearing_protection": _("hearing protection confirmed"),
    "not_asked": _("the questions before the end were not asked"),
    "no_limit_adopted": _("no limit is adopted here: a prescriber judges and closes"),
    "ledger": _("the ledger: what was drawn is not all given or wasted"),
    "unanswered": _("a pause or a stop that nobody has answered"),
}


def said(words: Words, key: str) -> str:
    """The word of a key; the key in plain letters where there is none."""
    return str(words.get(key, key.replace("_", " ")))
