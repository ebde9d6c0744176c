// The first run: where the data lives (desktop only), who owns it, the organisation, its first facility.
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { idempotent } from "../../api/client";
import { type Problem, toProblem } from "../../api/problem";
import { api } from "../../api/query";
import type { Language } from "../../api/views";
import { useText } from "../../i18n/text";
import { PRICE_AREAS, TIME_ZONES } from "../../parts/colours";
import { ErrorNotice, fieldWords } from "../../parts/ErrorNotice";
import { contactDraft, FacilityFields, NEW_FACILITY, validateFacility } from "../../parts/FacilityFields";
import { NewPassword } from "../../parts/NewPassword";
import { NEW_ORGANISATION, OrganisationFields, validateOrganisation } from "../../parts/OrganisationFields";
import { meetsPolicy } from "../../parts/passwordRules";
import { useHost } from "../../shell/Providers";
import { useSignedIn } from "../../shell/session";
import { ChoosePlace } from "./ChoosePlace";
import { RecoveryCode } from "./RecoveryCode";
import { SetupFrame } from "./SetupFrame";

/** The country that a reader of this language is likely in. */
const homeOf = (language: Language) => (language === "nb" ? ("NO" as const) : ("SE" as const));

type Step = "place" | "owner" | "organisation" | "facility" | "recovery";

/**
 * `isSetUp` asks the place that was chosen: a host or database may have its owner already, who then signs in. On a desktop
 * whose place is chosen already, it is not asked for again.
 */
export function FirstRun({
  hasPlace,
  isSetUp,
  onDone,
}: {
  hasPlace: boolean;
  isSetUp: () => Promise<boolean>;
  onDone: () => void;
}) {
  const text = useText();
  const { t, language } = text;
  const host = useHost();
  const [step, setStep] = useState<Step>(host.setup && !hasPlace ? "place" : "owner");
  const [key] = useState(() => crypto.randomUUID());
  const [failed, setFailed] = useState<Problem>();
  const [made, setMade] = useState<{ token: string; recoveryCode: string }>();
  const setup = api.useMutation("post", "/setup");
  const policy = api.useQuery("get", "/password-policy", {}, { staleTime: Number.POSITIVE_INFINITY });
  const freshStart = useSignedIn();
  const owner = useForm({
    initialValues: { givenName: "", familyName: "", email: "", password: "", again: "" },
    validate: (values) => ({
      givenName: values.givenName.trim() ? null : t("field.required"),
      familyName: values.familyName.trim() ? null : t("field.required"),
      email: /^\S+@\S+\.\S+$/.test(values.email.trim()) ? null : t("field.email"),
      password: !policy.data || meetsPolicy(policy.data, values.password) ? null : t("password.notYet"),
      again: values.again === values.password ? null : t("password.differs"),
    }),
  });
  const organisation = useForm({
    initialValues: { ...NEW_ORGANISATION, country: homeOf(language) },
    validate: (values) => validateOrganisation(values, text),
  });
  const facility = useForm({
    initialValues: NEW_FACILITY,
    validate: (values) => validateFacility(values, text),
  });

  const toOrganisation = () => {
    // The language may have been chosen since; a number belongs to the country that it was typed for.
    if (!organisation.values.organisationNumber) organisation.setFieldValue("country", homeOf(language));
    setStep("organisation");
  };
  const toFacility = () => {
    const { country, name } = organisation.values;
    facility.setValues((was) => ({
      ...was,
      name: was.name || name,
      country,
      timeZone: TIME_ZONES[country],
      priceArea: (PRICE_AREAS[country] as readonly string[]).includes(was.priceArea ?? "")
        ? was.priceArea
        : "",
    }));
    setStep("facility");
  };
  const create = async () => {
    setFailed(undefined);
    const { organisationId: _none, contact, priceArea, ...place } = facility.values;
    const { again: _again, ...person } = owner.values;
    const { vatNumber, ...company } = organisation.values;
    try {
      const answer = await setup.mutateAsync({
        headers: idempotent(key),
        body: {
          owner: { ...person, email: person.email.trim(), language },
          organisation: { ...company, vatNumber: vatNumber.trim() || null },
          facility: { ...place, priceArea: priceArea || null, contact: contactDraft(contact) },
        },
      });
      setMade(answer);
      setStep("recovery");
    } catch (thrown) {
      const problem = toProblem(thrown);
      setFailed(problem);
      // The refused field may be on an earlier page; go there.
      const words = Object.entries(fieldWords(problem, text));
      for (const [name, form, page] of [
        ["owner", owner, "owner"],
        ["organisation", organisation, "organisation"],
        ["facility", facility, "facility"],
      ] as const) {
        const own = words.filter(([field]) => field.startsWith(`${name}.`));
        if (own.length === 0) continue;
        form.setErrors(Object.fromEntries(own.map(([field, word]) => [field.slice(name.length + 1), word])));
        setStep(page);
        break;
      }
    }
  };

  if (step === "place" && host.setup)
    return (
      <ChoosePlace
        setup={host.setup}
        onChosen={async () => ((await isSetUp()) ? onDone() : setStep("owner"))}
      />
    );
  if (step === "recovery" && made) {
    return (
      <RecoveryCode
        code={made.recoveryCode}
        organisation={organisation.values.name}
        onConfirmed={() => void freshStart().then(onDone)}
      />
    );
  }
  if (step === "owner") {
    return (
      <SetupFrame step={1} title={t("setup.ownerTitle")} words={t("setup.ownerWords")}>
        <Page
          key="owner"
          {...(host.setup && { onBack: () => setStep("place") })}
          onNext={() => !owner.validate().hasErrors && toOrganisation()}
        >
          <Group grow align="flex-start">
            <TextInput
              label={t("person.givenName")}
              required
              autoComplete="given-name"
              {...owner.getInputProps("givenName")}
            />
            <TextInput
              label={t("person.familyName")}
              required
              autoComplete="family-name"
              {...owner.getInputProps("familyName")}
            />
          </Group>
          <TextInput
            label={t("contact.email")}
            type="email"
            required
            autoComplete="username"
            {...owner.getInputProps("email")}
          />
          <NewPassword
            value={owner.values.password}
            again={owner.values.again}
            onChange={(value) => owner.setFieldValue("password", value)}
            onAgain={(value) => owner.setFieldValue("again", value)}
            error={owner.errors.password as string | undefined}
          />
        </Page>
      </SetupFrame>
    );
  }
  if (step === "organisation") {
    return (
      <SetupFrame step={2} title={t("setup.organisationTitle")} words={t("setup.organisationWords")}>
        <Page
          key="organisation"
          onBack={() => setStep("owner")}
          onNext={() => !organisation.validate().hasErrors && toFacility()}
        >
          <OrganisationFields form={organisation} />
        </Page>
      </SetupFrame>
    );
  }
  return (
    <SetupFrame step={3} title={t("setup.facilityTitle")} words={t("setup.facilityWords")}>
      <Page
        key="facility"
        onBack={() => setStep("organisation")}
        onNext={() => !facility.validate().hasErrors && void create()}
        nextLabel={t("setup.create")}
        busy={setup.isPending}
      >
        <FacilityFields form={facility} />
        {failed && <ErrorNotice error={failed} />}
      </Page>
    </SetupFrame>
  );
}

/** A page of the first run, which begins at its first field. */
function Page({
  onBack,
  onNext,
  nextLabel,
  busy,
  children,
}: {
  onBack?: () => void;
  onNext: () => void;
  nextLabel?: string;
  busy?: boolean;
  children: React.ReactNode;
}) {
  const { t } = useText();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const first = form.current?.querySelector("input");
    first?.focus();
    // What was put there for them is typed over, or kept by going on.
    first?.select();
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onNext();
  };
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack mt="lg">
        {children}
        <Group justify="space-between" mt="xs">
          {onBack ? (
            <Button variant="default" onClick={onBack}>
              {t("action.back")}
            </Button>
          ) : (
            <span />
          )}
          <Button type="submit" loading={busy ?? false}>
            {nextLabel ?? t("action.next")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
