# Does with Beaneater what clients.py asks: a line of JSON in, a line of JSON out, bodies in base64.
# The words of refusals are the protocol's.

require 'base64'
require 'beaneater'
require 'json'

class Missing < StandardError; end
class Refused < StandardError; end

# The adapter's own part of a client: the tube in use, which Beaneater keeps in a Tube.
class Adapter
  def initialize(host, port)
    @client = Beaneater.new("#{host}:#{port}")
    @tube = @client.tubes.find('default')
  end

  def close
    @client.close
  end

  def put(body, priority, delay, ttr)
    @tube.put(Base64.decode64(body), pri: priority, delay: delay, ttr: ttr)[:id].to_i
  end

  def use(name)
    @tube = @client.tubes.find(name)
    @client.tubes.use(name)
    nil
  end

  def watch(name)
    @client.tubes.watch(name)
    watching.size
  end

  def ignore(name)
    @client.tubes.ignore(name)
    watching.size
  end

  def reserve(timeout)
    found(@client.tubes.reserve(timeout), 'TIMED_OUT')
  end

  def delete(id)
    nothing { job(id).delete }
  end

  def release(id, priority, delay)
    nothing { job(id).release(pri: priority, delay: delay) }
  end

  def bury(id, priority)
    nothing { job(id).bury(pri: priority) }
  end

  def touch(id)
    nothing { job(id).touch }
  end

  def kick(bound)
    @tube.kick(bound)[:id].to_i
  end

  def kick_job(id)
    nothing { job(id).kick }
  end

  def peek(id)
    found(@client.jobs.find(id), 'NOT_FOUND')
  end

  %w[ready delayed buried].each do |state|
    define_method("peek_#{state}") { found(@tube.peek(state.to_sym), 'NOT_FOUND') }
  end

  def stats
    stats = Beaneater::Stats.new(@client)
    stats.keys.to_h { |key| [key.tr('_', '-'), stats[key]] }
  end

  def stats_tube(name)
    dashed(@client.tubes.find(name).stats)
  end

  def stats_job(id)
    dashed(job(id).stats)
  end

  def tubes
    @client.tubes.all.map(&:name)
  end

  def watching
    @client.tubes.watched.map(&:name)
  end

  def using
    @client.tubes.used.name
  end

  def pause(name, seconds)
    nothing { @client.tubes.find(name).pause(seconds) }
  end

  private

  # A job as the one that reserved it has it: the library itself refuses what was not.
  def job(id)
    Beaneater::Job.new(@client, { id: id, body: '', status: 'RESERVED' })
  end

  def found(job, otherwise)
    raise Refused, otherwise if job.nil?

    { id: job.id.to_i, body: Base64.strict_encode64(job.body) }
  end

  def dashed(stats)
    stats.to_h.transform_keys { |key| key.to_s.tr('_', '-') }
  end

  def nothing
    yield
    nil
  end
end

# Beaneater asks the server for all statistics at every access; once an object is enough.
class Beaneater
  class Stats
    protected

    def data
      @data ||= StatStruct.from_hash(client.connection.transmit('stats')[:body])
    end
  end
end

adapter = nil
$stdout.sync = true
while (line = $stdin.gets)
  name, *arguments = JSON.parse(line)
  begin
    if name == 'open'
      adapter = Adapter.new(*arguments)
      reply = { ok: nil }
    elsif adapter.class.public_method_defined?(name, false)
      reply = { ok: adapter.public_send(name, *arguments) }
    else
      reply = { missing: name }
    end
  rescue Beaneater::UnexpectedResponse => e
    reply = { refused: e.status }
  rescue Refused => e
    reply = { refused: e.message }
  rescue StandardError => e
    reply = { refused: "#{e.class}: #{e.message}" }
  end
  puts JSON.generate(reply)
end
